"use strict";

// Lists with data-keys: j and k go through their rows' links, Enter opens. Nothing happens while something is typed.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) {
    return;
  }
  const step = { j: 1, k: -1 }[event.key];
  const links = step ? [...document.querySelectorAll("[data-keys] a[data-row]")] : [];
  if (links.length > 0) {
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[next].focus();
    event.preventDefault();
  }
});

// Parts of a page that follow the gateway: data-live is fetched again when there is something new, at most once in two seconds. A page that
// nobody sees does not listen, since a browser has few connections for one host.
let events = null;
let waiting = false;

function look() {
  document.querySelectorAll("[data-live]").forEach((part) => htmx.trigger(part, "changed"));
}

function listen() {
  events = new EventSource("/console/events");
  events.addEventListener("changed", () => {
    if (!waiting) {
      waiting = true;
      setTimeout(() => {
        waiting = false;
        look();
      }, 2000);
    }
  });
}

if (document.querySelector("[data-live]") && window.EventSource) {
  listen();
  document.addEventListener("visibilitychange", () => {
    events.close();
    if (document.visibilityState === "visible") {
      listen();
      look();
    }
  });
}
