// Sends the form on at once. Without script its button does the same.
(function () {
  "use strict";
  function send() {
    document.forms[0].submit();
  }
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", send);
  } else {
    send();
  }
})();
