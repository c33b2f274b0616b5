// Keeps small data for the tool in the frame, where browsers let it have no cookie of its own
// (LTI Client Side postMessages, LTI postMessage Storage). Each origin has its own.
(function () {
  "use strict";
  const SUBJECTS = ["lti.capabilities", "lti.get_data", "lti.put_data"];
  const MOST_KEYS = 50;
  const MOST_CHARACTERS = 4096;
  const kept = new Map();

  function isText(value) {
    return typeof value === "string" && value.length > 0 && value.length <= MOST_CHARACTERS;
  }

  function failure(code, message) {
    return { error: { code: code, message: message } };
  }

  function put(own, message) {
    if (!isText(message.key)) {
      return failure("bad_request", "key must be a text");
    }
    if (message.value === null || message.value === undefined) {
      own.delete(message.key); // As the specification has it: no value, no entry.
      return { key: message.key };
    }
    if (!isText(message.value)) {
      return failure("bad_request", "value must be a short text");
    }
    if (!own.has(message.key) && own.size >= MOST_KEYS) {
      return failure("storage_exhaustion", "too many keys");
    }
    own.set(message.key, message.value);
    return { key: message.key, value: message.value };
  }

  function get(own, message) {
    if (!isText(message.key)) {
      return failure("bad_request", "key must be a text");
    }
    const found = own.has(message.key) ? { value: own.get(message.key) } : {};
    return Object.assign({ key: message.key }, found);
  }

  function answer(origin, message) {
    if (message.subject === "lti.capabilities") {
      return {
        supported_messages: SUBJECTS.map(function (subject) {
          return { subject: subject, frame: "_parent" };
        }),
      };
    }
    if (!isText(message.message_id)) {
      return failure("bad_request", "message_id must be a text");
    }
    if (!kept.has(origin)) {
      kept.set(origin, new Map());
    }
    return message.subject === "lti.put_data"
      ? put(kept.get(origin), message)
      : get(kept.get(origin), message);
  }

  window.addEventListener("message", function (event) {
    const frame = document.getElementById("tool");
    const message = event.data;
    const fromTool = frame !== null && event.source === frame.contentWindow;
    if (!fromTool || message === null || typeof message !== "object") {
      return;
    }
    if (!SUBJECTS.includes(message.subject) || event.origin === "null") {
      return;
    }
    const head = { subject: message.subject + ".response", message_id: message.message_id };
    event.source.postMessage(Object.assign(head, answer(event.origin, message)), event.origin);
  });
})();
