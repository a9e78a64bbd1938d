"use strict";

// For you is filled again by itself: soon after the page came, once its look has been taken; then now and then, for what
// was done in another window; and when the page is come back to.
const SOON_MS = [600, 1800, 3500];
const EVERY_MS = 15000;

async function refresh() {
  const old = document.querySelector("[data-refresh]");
  if (!old) return;
  let answer;
  try {
    answer = await fetch(old.dataset.refresh, { headers: { Accept: "text/html" } });
  } catch {
    return; // what is on the page stays
  }
  if (answer.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-refresh]");
  const now = document.querySelector("[data-refresh]");
  if (!fresh || !now || fresh.dataset.mark === now.dataset.mark) return;
  const focused = now.contains(document.activeElement) ? document.activeElement : null;
  const product = focused && focused.closest("[data-product]");
  const kind = focused && focused.localName;
  now.replaceWith(fresh);
  if (focused) {
    const same = product && fresh.querySelector(`[data-product="${CSS.escape(product.dataset.product)}"] ${kind}`);
    (same || fresh.querySelector("h2")).focus({ preventScroll: true });
  }
  document.getElementById("changed").textContent = `${fresh.querySelector("h2").textContent} has changed.`;
}

// The address forgets which list the product was on: to look again is not to click again.
const address = new URL(location.href);
if (address.searchParams.has("list")) {
  address.searchParams.delete("list");
  history.replaceState(history.state, "", address);
}

const take = document.querySelector("form.take");
if (take) {
  const quantity = take.querySelector("input[type=number]");
  const amount = take.querySelector("[data-amount]");
  const sum = () => {
    const price = Number(take.dataset.price);
    const is_good = take.dataset.price && quantity.validity.valid;
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    amount.textContent = is_good ? `, ${take.dataset.sign}${(price * quantity.value).toLocaleString("en-GB", digits)}` : "";
  };
  for (const button of take.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      quantity.value = Math.min(Math.max(Number(quantity.value) + Number(button.dataset.step), 1), 9999);
      sum();
    });
  }
  quantity.addEventListener("input", sum);
  sum();
}

const said = document.querySelector(".said");
if (said) setTimeout(() => { said.textContent = said.textContent; }, 300); // screen readers say what changes

const chosen = document.getElementById("customer");
if (chosen) {
  chosen.form.querySelector("button").hidden = true;
  chosen.addEventListener("change", () => chosen.form.submit());
}

addEventListener("pageshow", (event) => {
  if (event.persisted) refresh();
});
for (const ms of SOON_MS) setTimeout(refresh, ms);
setInterval(() => document.hidden || refresh(), EVERY_MS);
