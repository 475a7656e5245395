// The shop's page: asks its own server for an order, opens Paygate's checkout, and has its server verify the result.

const result = document.getElementById("result");

async function ask(path, body) {
  const answer = await fetch(path, body && { method: "POST", body: JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

function load(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = resolve;
    script.onerror = () => reject(new Error("Paygate does not answer. Is it up (make up)?"));
    document.head.append(script);
  });
}

function say(words, kind = "") {
  result.textContent = words;
  result.dataset.kind = kind;
}

async function buy(config, product) {
  say("");
  const order = await ask("/orders", { product });
  const checkout = new window.PaymentGateway({
    key: config.key,
    orderId: order.order_id,
    async onSuccess(response) {
      const { verified } = await ask("/verify", response);
      if (verified) say(`Thank you. Payment ${response.paymentId} is verified; it ships tomorrow.`, "good");
      else say("Somebody made that up: the signature is not Paygate's.", "bad");
    },
    onFailure(error) {
      say(`Not paid: ${error.description}`, "bad");
    },
  });
  checkout.open();
}

function show(config) {
  const format = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR", minimumFractionDigits: 0 });
  for (const item of document.querySelectorAll("[data-product]")) {
    const { product } = item.dataset;
    item.querySelector("[data-price]").textContent = format.format(config.products[product] / 100);
    const button = item.querySelector("button");
    button.disabled = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      await buy(config, product).catch((error) => say(error.message, "bad"));
      button.disabled = false;
    });
  }
}

try {
  const config = await ask("/config.json");
  await load(`${config.paygate}/checkout.js`);
  show(config);
} catch (error) {
  say(error.message, "bad");
}
