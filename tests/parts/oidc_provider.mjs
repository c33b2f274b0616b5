// An OpenID school: oidc-provider with a login form of its own, as the JSON on its command line says:
// {issuer, port, client: {...}, people: {user: {claims}}, password, claimsInIdToken}
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider from 'oidc-provider';

const { issuer, port, client, people, password, claimsInIdToken } = JSON.parse(process.argv[2]);

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signingKey = { ...privateKey.export({ format: 'jwk' }), kid: 'school', use: 'sig', alg: 'RS256' };
const names = [...new Set(Object.values(people).flatMap((claims) => Object.keys(claims)))];

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [signingKey] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub'], profile: names },
  scopes: ['openid', 'profile', 'email'],
  conformIdTokenClaims: !claimsInIdToken,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/login/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  // The school has agreed for its people: no consent page.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
});

const form = '<!doctype html><title>Inloggen</title><form method="post">'
  + '<input name="username"><input name="password" type="password"><button>Inloggen</button></form>';

async function readForm(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return new URLSearchParams(body);
}

async function login(request, response) {
  await provider.interactionDetails(request, response);
  const fields = request.method === 'POST' ? await readForm(request) : new URLSearchParams();
  const accountId = fields.get('username');
  if (Object.hasOwn(people, accountId) && fields.get('password') === password) {
    await provider.interactionFinished(request, response, { login: { accountId } });
  } else {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(form);
  }
}

const serve = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/login/')) {
    serve(request, response);
    return;
  }
  login(request, response).catch((error) => {
    console.error(error);
    response.writeHead(400).end(String(error));
  });
}).listen(port, '127.0.0.1');
