<?php
$values = json_decode(file_get_contents(__DIR__ . '/values.json'), true);

// During a rollover `new_certificate` is published beside the one that signs, and opens too.
$next = $values['rolling'] ? ['new_privatekey' => 'new.key', 'new_certificate' => 'new.crt'] : [];

$config = [
    'gateway' => [
        'saml:SP',
        'idp' => $values['idp'],
        'privatekey' => 'sp.key',
        'certificate' => 'sp.crt',
        'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
        'sign.authnrequest' => true,
        'sign.logout' => true,
        'redirect.sign' => true,
        'redirect.validate' => true,
        'assertion.encryption' => true,
        'SingleLogoutServiceBinding' => [$values['logout']],
        'SingleLogoutServiceLocation' =>
            $values['base'] . '/simplesaml/module.php/saml/sp/saml2-logout.php/gateway',
    ] + $next,
];
