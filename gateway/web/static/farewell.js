// Says what services answered to their frames, and goes on when all is done, or when one takes too
// long. Without script: the page says who was asked, and there is the button.
(function () {
  "use strict";
  var LIMIT = 5000;
  var EVERY = 400;
  var back = document.getElementById("back");
  var farewell = document.getElementById("farewell");
  var awaited = Number(farewell.dataset.awaited);
  var ends = Date.now() + LIMIT;
  var moved = {};
  var gone = false;

  function go() {
    if (!back || gone) {
      return;
    }
    gone = true;
    if (back.action) {
      back.submit();
    } else {
      location.replace(back.href);
    }
  }

  function move(name, list) {
    var asked = document.getElementById("asked");
    Array.prototype.some.call(asked.querySelectorAll("li"), function (item) {
      if (item.textContent !== name) {
        return false;
      }
      document.querySelector("#" + list + " ul").appendChild(item);
      document.getElementById(list).hidden = false;
      return true;
    });
    asked.hidden = !asked.querySelector("li");
  }

  function read(answers) {
    ["told", "open"].forEach(function (list) {
      answers[list].forEach(function (name) {
        if (!moved[name]) {
          moved[name] = true;
          awaited -= 1;
          move(name, list);
        }
      });
    });
  }

  function ask() {
    if (awaited < 1) {
      return go();
    }
    return fetch(farewell.dataset.status)
      .then(function (response) { return response.json(); })
      .then(read, function () {})
      .then(function () {
        if (awaited < 1) {
          go();
        } else if (Date.now() < ends) {
          window.setTimeout(ask, EVERY);
        }
      });
  }

  window.setTimeout(go, LIMIT);
  if (document.readyState === "complete") {
    ask();
  } else if (awaited) {
    ask();
  } else {
    window.addEventListener("load", ask);
  }
})();
