// Shows the schools while somebody types. Without script the search button does the same.
(function () {
  "use strict";
  const PAUSE_MS = 200;
  const form = document.getElementById("chooser");
  const field = form.elements.namedItem("q");
  let waiting;
  let underway = new AbortController();

  async function show() {
    underway.abort();
    underway = new AbortController();
    const address = new URL(location.pathname, location.href);
    address.search = new URLSearchParams(new FormData(form)).toString();
    const answer = await fetch(address, {
      headers: { Accept: "text/html" },
      signal: underway.signal,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("results")) {
      return; // The button leads to the page that says what is wrong.
    }
    for (const id of ["results", "languages"]) {
      document.getElementById(id).replaceWith(page.getElementById(id));
    }
    // Only its text, so that a screen reader hears the change.
    document.getElementById("count").textContent = page.getElementById("count").textContent;
    history.replaceState(null, "", address);
  }

  field.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      show().catch(function () {}); // Typed on, or no network: the button still works.
    }, PAUSE_MS);
  });

  // The search button leads to a page: what was under way may not change this one meanwhile.
  form.addEventListener("submit", function () {
    clearTimeout(waiting);
    underway.abort();
  });
})();
