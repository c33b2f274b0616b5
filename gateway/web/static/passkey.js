// Asks the device for a passkey and sends its answer as an ordinary form. A passkey needs a script.
(function () {
  "use strict";
  const form = document.getElementById("passkey");
  const create = form.dataset.kind === "create";
  const options = JSON.parse(form.dataset.options);

  function isThere() {
    return window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON;
  }

  async function answer() {
    if (create) {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return navigator.credentials.create({ publicKey });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
  }

  if (!isThere()) {
    document.getElementById("no-passkey").hidden = false;
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", async function (event) {
    const field = form.elements.namedItem("credential");
    if (field.value) {
      return;
    }
    event.preventDefault();
    try {
      const credential = await answer();
      field.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      const status = document.getElementById("passkey-status");
      status.textContent = status.dataset.failed; // Stopped by the person, or no key of this site.
    }
  });
})();
