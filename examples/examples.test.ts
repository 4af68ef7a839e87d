import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { apolloCustomers } from "./apollo/customers";
import type { Card, Customers } from "./customers";
import { relayCustomers } from "./relay/customers";
import { complaints, delayNextAnswer, requests, service, tell } from "./stage";
import { urqlCustomers } from "./urql/customers";

const SOON = 10_000;
const EXAMPLES = { apollo: apolloCustomers, urql: urqlCustomers, relay: relayCustomers };

for (const [name, customersOf] of Object.entries(EXAMPLES)) {
  describe(name, { timeout: 6 * SOON }, () => {
    const ann = `cust_example_${name}`;
    let customers: Customers;

    before(async () => {
      customers = customersOf(service);
      await tell({ id: ann, points: 10 });
    });

    test("a nested question is answered once, and then by the cache", async () => {
      const customer = await customers.one(ann);
      assert.equal(customer?.name, "Ann");
      assert.equal(customer.loyalty?.points, 10);
      assert.deepEqual(customer.orders.nodes, []);
      const before = requests();
      assert.equal((await customers.one(ann))?.version, customer.version);
      assert.equal(requests(), before);
    });

    test("the list grows page by page, without a gap and without a repeat", async () => {
      const before = requests();
      const ids = (await customers.list(3, 4)).map(({ id }) => id);
      assert.equal(requests() - before, 3);
      assert.equal(ids.length, 12);
      assert.deepEqual(ids, [...new Set(ids)].sort());
    });

    test("a list that is searched, filtered and sorted is a list of its own", async () => {
      const everybody = await customers.list(1, 4);
      for (const points of [5, 40, 20, 30]) await tell({ id: `${ann}_${points}`, name: `Zora ${name}`, points });
      const wish = {
        search: `zora ${name}`,
        filter: { loyaltyPoints: { gte: 20 } },
        orderBy: [{ field: "LOYALTY_POINTS" as const, direction: "DESC" as const }],
      };
      const ids = (await customers.list(2, 2, wish)).map(({ id }) => id);
      assert.deepEqual(ids, [`${ann}_40`, `${ann}_30`, `${ann}_20`]);
      assert.deepEqual(await customers.list(1, 4), everybody);
    });

    test("a change that a webhook tells reaches the view without another request", async (t) => {
      const view = watched(customers, ann);
      t.after(view.leave);
      await view.shows(10);
      const before = requests();
      await tell({ id: ann, points: 25 });
      await view.shows(25);
      assert.equal(requests(), before);
    });

    test("an open list and an open detail show the same change without another request", async (t) => {
      const una = `${ann}_una`;
      const names = async () => (await customers.list(1, 4, { search: `una ${name}` })).map((each) => each.name);
      await tell({ id: una, name: `Una ${name}`, points: 1 });
      assert.deepEqual(await names(), [`Una ${name}`]);
      const view = watched(customers, una);
      t.after(view.leave);
      await view.shows(1);
      const before = requests();
      await tell({ id: una, name: `Una ${name} the Second`, points: 2 });
      await view.shows(2);
      assert.deepEqual(await names(), [`Una ${name} the Second`]);
      assert.equal(requests(), before);
    });

    test("an answer that was overtaken on its way does not take the view back", async (t) => {
      const view = watched(customers, ann);
      t.after(view.leave);
      await tell({ id: ann, points: 30 });
      await view.shows(30);
      const slow = delayNextAnswer();
      const asked = customers.again(ann);
      await slow.answered;
      await tell({ id: ann, points: 31 });
      await view.shows(31);
      slow.arrive();
      await asked;
      assert.equal(view.points.at(-1), 31);
      assert.equal((await customers.one(ann))?.loyalty?.points, 31);
    });

    test("two customers keep their own answers to the same consent", async () => {
      await tell({ id: `${ann}_2`, points: 1, subscribed: false });
      assert.deepEqual(
        (await customers.again(`${ann}_2`))?.consents.map(({ granted }) => granted),
        [false],
      );
      assert.deepEqual(
        (await customers.one(ann))?.consents.map(({ granted }) => granted),
        [true],
      );
    });

    test("an error says by a code what is wrong", async () => {
      await assert.rejects(customers.after("nonsense"), (error) => customers.codeOf(error) === "BAD_CURSOR");
    });

    test("the library has nothing to complain of", () => assert.deepEqual(complaints.splice(0), []));
  });
}

/** The points that a view showed one after the other. */
function watched(customers: Customers, id: string) {
  const points: (number | null | undefined)[] = [];
  let hear = () => {};
  const leave = customers.watch(id, (customer: Card | null) => {
    points.push(customer?.loyalty?.points);
    hear();
  });
  const shows = (expected: number) =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`shown so far: ${points}; expected ${expected}`)), SOON);
      hear = () => {
        if (points.at(-1) !== expected) return;
        clearTimeout(late);
        resolve();
      };
      hear();
    });
  return { points, shows, leave };
}
