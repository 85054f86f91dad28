// ccxt_javascript.js FOLDER - ccxt of JavaScript, installed in FOLDER, unmodified, against the server.
"use strict";
const { createRequire } = require("module");
const ccxt = createRequire(process.argv[2] + "/")("ccxt");

const S = "DOGE/USDT:USDT";
const OPTIONS = {
    apiKey: "cerberus-test-key", secret: "cerberus-test-secret",
    options: { adjustForTimeDifference: true, recvWindow: 60000 },
};
let failed = 0;

function say(name, why) {
    console.log(`${why ? "FAIL" : "ok  "} ccxt-javascript ${name}${why ? ": " + why : ""}`);
    failed += why ? 1 : 0;
}

function late() {
    return new Promise((_, reject) => setTimeout(() => reject(new Error("nothing came in 25 s")), 25000).unref());
}

async function call(name, make, holds = (answer) => answer !== undefined) {
    try {
        const answer = await Promise.race([make(), late()]);
        say(name, holds(answer) ? "" : "gives " + JSON.stringify(answer).slice(0, 300));
        return answer;
    } catch (error) {
        say(name, `${error.constructor.name}: ${String(error.message).slice(0, 400)}`);
        return undefined;
    }
}

async function rest(client) {
    await call("loadTimeDifference", () => client.loadTimeDifference());
    await call("loadMarkets", () => client.loadMarkets(), (a) => S in a);
    await call("fetchBalance", () => client.fetchBalance(), (a) => a.USDT.total > 0);
    await call("fetchOrderBook", () => client.fetchOrderBook(S, 20), (a) => a.bids[0][0] < a.asks[0][0]);
    await call("fetchTickers", () => client.fetchTickers([S]), (a) => S in a);
    await call("fetchOHLCV", () => client.fetchOHLCV(S, "1m", undefined, 50), (a) => a.length === 50);
    await call("fetchFundingRate", () => client.fetchFundingRate(S), (a) => a.markPrice > 0);
    await call("fetchFundingRateHistory", () => client.fetchFundingRateHistory(S), (a) => a.length > 0);
    const ticker = await call("fetchTicker", () => client.fetchTicker(S), (a) => a.last > 0);
    await call("setLeverage", () => client.setLeverage(3, S));
    await call("setMarginMode cross", () => client.setMarginMode("cross", S));
    await call("setMarginMode isolated", () => client.setMarginMode("isolated", S));
    await client.loadTimeDifference();
    const low = ticker.last * 0.97;
    let order = await call("createOrder limit", () => client.createOrder(S, "limit", "buy", 1000, low), (a) => a.status === "open");
    await call("fetchOpenOrders", () => client.fetchOpenOrders(S), (a) => a.length === 1 && a[0].id === order.id);
    order = await call("editOrder", () => client.editOrder(order.id, S, "limit", "buy", 1200, low), (a) => a.amount === 1200);
    await call("fetchOrder", () => client.fetchOrder(order.id, S), (a) => a.amount === 1200);
    await call("cancelOrder", () => client.cancelOrder(order.id, S), (a) => a.status === "canceled");
    await call("createOrder market", () => client.createOrder(S, "market", "buy", 1000), (a) => a.filled === 1000);
    await call("fetchPositions", () => client.fetchPositions([S]), (a) => a[0].contracts === 1000);
    const stop = await call("createOrder stop",
        () => client.createOrder(S, "market", "sell", 1000, undefined, { stopLossPrice: low, reduceOnly: true }));
    await call("cancelOrder stop", () => client.cancelOrder(stop.id, S, { trigger: true }));
    await call("createOrder reduceOnly", () => client.createOrder(S, "market", "sell", 1000, undefined, { reduceOnly: true }));
    await call("fetchMyTrades", () => client.fetchMyTrades(S), (a) => a.length >= 2);
    await call("fetchLedger", () => client.fetchLedger("USDT"), (a) => a.length >= 2);
    await call("fetchFundingHistory", () => client.fetchFundingHistory(S), (a) => Array.isArray(a));
}

async function streams(client) {
    await client.loadTimeDifference();
    await client.loadMarkets();
    await call("watchOrders", async () => {
        const waiting = client.watchOrders(S);
        await new Promise((resolve) => setTimeout(resolve, 2000));
        await client.loadTimeDifference();
        await client.createOrder(S, "market", "buy", 1000);
        await client.createOrder(S, "market", "sell", 1000);
        return waiting;
    });
    await Promise.all([
        call("watchTicker", () => client.watchTicker(S)),
        call("watchTrades", () => client.watchTrades(S)),
        call("watchOrderBook", () => client.watchOrderBook(S), (a) => a.bids[0][0] < a.asks[0][0]),
        call("watchOHLCV", () => client.watchOHLCV(S, "1m")),
    ]);
}

rest(new ccxt.binanceusdm(OPTIONS))
    .then(() => streams(new ccxt.pro.binanceusdm(OPTIONS)))
    .catch((error) => say("script", String(error)))
    .finally(() => process.exit(failed ? 1 : 0));
