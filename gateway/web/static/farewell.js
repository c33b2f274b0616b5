// Goes on when every frame was opened, or a service takes too long. Without script: the button.
(function () {
  "use strict";
  var gone = false;
  function go() {
    if (!gone) {
      gone = true;
      location.replace(document.getElementById("back").href);
    }
  }
  if (document.readyState === "complete") {
    go();
  } else {
    window.addEventListener("load", go);
    window.setTimeout(go, 5000);
  }
})();
