// Comforts only: without this file everything works by plain forms and links.
const root = document.documentElement;
root.classList.add("js");

// Facets narrow, and the order changes, as soon as they are chosen.
document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (!form?.matches("[data-auto]")) return;
  // Empty fields stay out of the address.
  for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  form.requestSubmit();
});
// On a narrow screen filters and the receipt begin folded: the goods and the sum come first.
if (matchMedia("(max-width: 63.99rem)").matches) {
  for (const fold of document.querySelectorAll(".fold, .receipt")) fold.open = false;
}

// The price follows what is chosen of a product that is made to measure: the answer is the page
// itself, of which the price and what is wrong are taken over.
for (const form of document.querySelectorAll("form[data-configure]")) {
  let asked = 0;
  form.addEventListener("change", async () => {
    if (!form.checkValidity()) return void form.reportValidity();
    const turn = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "price");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const price = page.querySelector("[data-quote]");
      // An earlier question may be answered later.
      if (price && turn === asked) document.querySelector("[data-quote]").replaceChildren(...price.childNodes);
    } catch {
      // Without a line to the shop the button still asks by a plain form.
      root.classList.remove("js");
    }
  });
}

// The price and the picture follow the chosen variant.
for (const form of document.querySelectorAll("form[data-buy]")) {
  const price = document.querySelector("[data-price] b");
  form.addEventListener("change", ({ target }) => {
    if (target.name !== "variant") return;
    if (price && target.dataset.price) price.textContent = target.dataset.price;
    // What stands beside a price belongs to its variant: the lowest one before, everybody's.
    for (const name of ["lowest", "list"]) {
      const line = document.querySelector(`[data-price] [data-${name}]`);
      if (line) line.textContent = target.dataset[name] ?? "";
    }
    const shown = document.querySelector(".gallery img");
    const hash = target.dataset.picture;
    if (shown && hash) {
      const own = /\/media\/[^/]+\//g;
      shown.srcset = shown.srcset.replace(own, `/media/${hash}/`);
      shown.src = shown.src.replace(own, `/media/${hash}/`);
    }
  });
  // Into the cart without leaving the page: the answer is the cart's page, which says the rest.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const cart = form.dataset.buy;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelector("main .flash, main .faults li");
      if (!said) throw 0;
      const count = page.querySelector("[data-cart-count]")?.textContent ?? "";
      for (const badge of document.querySelectorAll("[data-cart-count]")) badge.textContent = count;
      say(said.textContent, cart);
    } catch {
      // It may or may not be in: the cart itself knows. Sending again could add it twice.
      location.href = cart;
    }
  });
}

function say(text, cart) {
  let line = document.querySelector("#said");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "said", className: "flash said" });
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  // An empty line first, so that the same words are spoken again.
  line.textContent = "";
  requestAnimationFrame(() => {
    line.textContent = text + " ";
    line.append(Object.assign(document.createElement("a"), { href: cart, textContent: document.querySelector(".tools [data-cart]").dataset.cart }));
  });
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (line.textContent = ""), 6000);
}

// Quantities in the cart count at once.
for (const form of document.querySelectorAll("form[data-cart]")) {
  form.addEventListener("change", () => form.requestSubmit(form.querySelector(".no-js button")));
}
// A binding button is pressed once.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

// The sum of an offer follows the choice: the server counts, the page takes over what it says.
for (const form of document.querySelectorAll("form[data-offer]")) {
  let turn = 0;
  form.addEventListener("change", async ({ target }) => {
    if (!/^(pick$|group\.|qty\.)/.test(target.name)) return;
    const mine = ++turn;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "count");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== turn || !page.querySelector("[data-sum]")) return;
      for (const part of ["[data-sum] .sum", "[data-sum] [name=seen]"]) form.querySelector(part).replaceWith(page.querySelector(part));
      for (const row of form.querySelectorAll(".offer-rows > [id]")) {
        const now = page.getElementById(row.id);
        if (!now) continue;
        row.className = now.className;
        row.querySelector(".how .num").replaceWith(now.querySelector(".how .num"));
      }
    } catch {
      root.classList.remove("js");
    }
  });
}
