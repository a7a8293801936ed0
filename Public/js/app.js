// Every page works without this module; each part below only makes one thing quicker or clearer.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

const one = (selector) => {
  try {
    return selector ? document.querySelector(selector) : null;
  } catch {
    return null;
  }
};

let live;

/** Tells screen readers in one sentence what changed. */
function announce(text) {
  if (!live) {
    live = document.createElement("p");
    live.className = "vh";
    live.setAttribute("role", "status");
    document.body.append(live);
  }
  live.textContent = "";
  // A region that was just made, or is given the same text again, would stay silent.
  setTimeout(() => { live.textContent = text.trim(); }, 100);
}

// A form is sent once

const LOCK_SECONDS_MAX = 20;
const sending = new Map();

function methodOf(form, submitter) {
  return (submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get").toLowerCase();
}

function release(form) {
  clearTimeout(sending.get(form)?.timer);
  sending.get(form)?.buttons.forEach((button) => { button.disabled = false; });
  sending.delete(form);
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || methodOf(form, event.submitter) !== "post" || form.hasAttribute("data-repeatable")) return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  const entry = { buttons: [], timer: setTimeout(() => release(form), LOCK_SECONDS_MAX * 1000) };
  sending.set(form, entry);
  form.setAttribute("aria-busy", "true");
  // Later, because the pressed button's name and value still have to go with the form.
  setTimeout(() => {
    if (!sending.has(form)) return;
    entry.buttons = [...form.elements].filter((element) => element.type === "submit" && !element.disabled);
    entry.buttons.forEach((button) => { button.disabled = true; });
  });
});

addEventListener("pageshow", (event) => {
  if (event.persisted) [...sending.keys()].forEach(release);
});

// Copy: <button data-copy="#id of the text" data-done="Copied" hidden>

function readyCopyButtons() {
  if (!navigator.clipboard) return;
  all("[data-copy]").forEach((button) => { button.hidden = false; });
}

async function copy(button) {
  const source = one(button.dataset.copy);
  if (!source) return;
  const text = (source.dataset.value ?? source.value ?? source.textContent).trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().selectAllChildren(source);
    return;
  }
  if (!button.dataset.done) return;
  announce(button.dataset.done);
  const label = button.querySelector("[data-label]");
  if (!label || label.dataset.was) return;
  label.dataset.was = label.textContent;
  label.textContent = button.dataset.done;
  setTimeout(() => {
    label.textContent = label.dataset.was;
    delete label.dataset.was;
  }, 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy], [data-print]");
  if (!button) return;
  if (button.hasAttribute("data-copy")) copy(button);
  else print();
});

// Filter a long list of links: <input data-filter="#organisations" hidden>

function filter(input) {
  const wanted = input.value.trim().toLocaleLowerCase();
  all(":scope > li", one(input.dataset.filter) ?? undefined).forEach((item) => {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
  });
}

// A part of a page, by the same address as the whole

const ASK_DELAY_MS = 250;
const policy = globalThis.trustedTypes?.createPolicy("kontor", { createHTML: (html) => html });

/** Nothing where there is no answer or another (signed out, refused): that is left to the page itself. */
async function fragment(address, name, signal) {
  try {
    const answer = await fetch(address, { headers: { "X-Fragment": name }, credentials: "same-origin", signal });
    const isOurs = answer.ok && !answer.redirected && answer.headers.get("content-type")?.startsWith("text/html");
    if (!isOurs) return null;
    const html = await answer.text();
    return document.createRange().createContextualFragment(policy ? policy.createHTML(html) : html);
  } catch {
    return null;
  }
}

// Price panel: <form data-live="#price">

/** What the price depends on. Passwords, codes, card data and form tokens must never end in an address. */
function priceQuery(form) {
  const query = new URLSearchParams(location.search);
  const fields = [...form.elements].filter((field) => field.name && !field.disabled && !isPrivate(field));
  fields.forEach((field) => query.delete(field.name));
  for (const field of fields) {
    if (["submit", "button", "reset", "image", "file", "textarea"].includes(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type) && !field.checked) continue;
    query.append(field.name, field.value);
  }
  return query;
}

function isPrivate(field) {
  return field.type === "password"
    || /^_|token|csrf/i.test(field.name)
    || /^(cc-|one-time-code|current-password|new-password)/.test(field.getAttribute("autocomplete") ?? "")
    || field.closest("[data-private]") !== null;
}

function watchPrice(form) {
  const panel = one(form.dataset.live);
  if (!panel) return;
  let timer;
  let running;
  let shown = priceQuery(form).toString();

  const refresh = async () => {
    const query = priceQuery(form).toString();
    if (query === shown) return;
    running?.abort();
    const current = running = new AbortController();
    panel.setAttribute("aria-busy", "true");
    const part = await fragment(`${location.pathname}?${query}`, "price", current.signal);
    if (current !== running) return;
    panel.removeAttribute("aria-busy");
    if (!part) return;
    panel.replaceChildren(part);
    shown = query;
    tellTotal(panel);
  };
  const later = (event) => {
    if (isPrivate(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, ASK_DELAY_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}

function tellTotal(panel) {
  const total = panel.querySelector("[data-total]");
  if (!total) return;
  all("[data-total]").filter((other) => !panel.contains(other)).forEach((other) => {
    other.textContent = total.textContent;
  });
  announce([...(total.closest("div")?.children ?? [total])].map((part) => part.textContent).join(" "));
}

// A waiting page: <main data-refresh-seconds="2" data-state="pending">

const REFRESH_ATTEMPTS_MAX = 60;

function waitForNews(main) {
  const seconds = Math.max(1, Number(main.dataset.refreshSeconds) || 2);
  let attempts = 0;

  const ask = async () => {
    if (document.hidden) return again();
    attempts += 1;
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
      if (answer.redirected) return location.assign(answer.url);
      if (answer.status < 500 && stateOf(await answer.text()) !== main.dataset.state) return location.reload();
    } catch {
      // Offline: the next attempt will tell.
    }
    return again();
  };
  const stateOf = (text) => /<main\b[^>]*\sdata-state="([^"]*)"/.exec(text)?.[1];
  const again = () => {
    // Slower with time, so that a forgotten tab asks less and less.
    if (attempts < REFRESH_ATTEMPTS_MAX) setTimeout(ask, seconds * 1000 * (1 + attempts / 10));
  };
  again();
}

// Search: <a data-palette href="…/search"> opens <dialog id="palette">, as does Ctrl K, on Apple keyboards ⌘ K

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgentData?.platform ?? navigator.platform ?? "");

function readyPalette(dialog) {
  const input = one("#palette-q");
  const list = one("#palette-list");
  let timer;
  let running;

  const ask = async () => {
    running?.abort();
    const current = running = new AbortController();
    const query = new URLSearchParams({ q: input.value });
    const part = await fragment(`${input.form.action}?${query}`, "search", current.signal);
    if (!part || current !== running) return;
    list.replaceChildren(part);
    one("#palette-said").textContent = one("#palette-list [data-said]")?.textContent;
  };
  const open = (event) => {
    event.preventDefault();
    if (!dialog.open) dialog.showModal();
    input.select();
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, ASK_DELAY_MS);
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [input, ...all("a", list)];
    stops.at((stops.indexOf(document.activeElement) + step) % stops.length).focus();
  });
  all("[data-palette]").forEach((link) => link.addEventListener("click", open));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey) return;
    if (isApple ? event.metaKey : event.ctrlKey) open(event);
  });
}

// Guided tour: <a data-tour href="/tour"> points at the things themselves

async function startTour(link) {
  const box = (await fragment(link.href, "tour"))?.querySelector("#tour");
  if (!box) return location.assign(link.href);
  document.body.append(box);
  const things = new Map(all("[data-target]", box).flatMap((step) => {
    const thing = all(step.dataset.target).find((found) => found.checkVisibility());
    return thing ? [[step, thing]] : [];
  }));
  const steps = [...things.keys()];
  let place = 0;
  const mark = (on) => things.get(steps[place]).classList.toggle("toured", on);
  const show = (next) => {
    mark(false);
    steps[place].hidden = true;
    place = next;
    // First, for the box finds its place where the thing is then.
    things.get(steps[place]).scrollIntoView({ block: "center" });
    mark(true);
    steps[place].hidden = false;
    one("[data-place]").textContent = `${place + 1} / ${steps.length}`;
    one("[data-go='-1']").hidden = place === 0;
    one("[data-go='1']").hidden = place === steps.length - 1;
    steps[place].querySelector("h2").focus();
  };
  box.addEventListener("click", ({ target }) => {
    const go = Number(target.closest("[data-go]")?.dataset.go ?? NaN);
    if (go === 0) box.hidePopover();
    else if (go) show(place + go);
  });
  box.addEventListener("toggle", (event) => {
    if (event.newState === "open") return;
    mark(false);
    box.remove();
  });
  box.showPopover();
  show(0);
}

// Start

readyCopyButtons();
all("[data-nojs]").forEach((element) => { element.hidden = true; });
all("[data-print], [data-filter]").forEach((element) => { element.hidden = false; });
all("[data-filter]").forEach((input) => input.addEventListener("input", () => filter(input)));
all("[data-shortcut]").forEach((key) => {
  if (isApple) key.textContent = "⌘ K";
  key.hidden = false;
});
all("form[data-live]").forEach(watchPrice);
all("main[data-refresh-seconds]").forEach(waitForNews);
all("#palette").forEach(readyPalette);
all("[data-tour]").forEach((link) => link.addEventListener("click", (event) => {
  event.preventDefault();
  if (!one("#tour")) startTour(link);
}));
const summary = one(".errors[tabindex]");
// The browser may have done it already, for people without this script.
if (summary && !summary.hasAttribute("autofocus")) summary.focus();

// The side menu is a popover on small screens only; a widened window must not leave it floating.
matchMedia("(width >= 56rem)").addEventListener("change", () => {
  const side = one("#side");
  if (side?.matches(":popover-open")) side.hidePopover();
});
