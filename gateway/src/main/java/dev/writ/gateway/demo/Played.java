package dev.writ.gateway.demo;

import dev.writ.gateway.demo.Table.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The scenario as it went: what the gateway said of each call, in order. */
record Played(List<Call> calls) {

    Played {
        calls = List.copyOf(calls);
    }

    Table table() {
        Table table = new Table(
                new Column("call", 22),
                new Column("decision", 8),
                new Column("rule", 24),
                new Column("reason", 32),
                new Column("outcome", 9),
                new Column("log", 4));
        for (Call call : calls) {
            Seen seen = call.seen();
            table.row(call.step().title(), seen.decision(), seen.rule(), seen.reason(), seen.outcome(), seen.index());
        }
        return table;
    }

    /** Holds the gateway's word against the scenario, and against what the billing service knows. */
    List<Check> checks(BillingService billing) {
        List<Check> checks = new ArrayList<>();
        for (Call call : calls) {
            call.step()
                    .expected()
                    .difference(call.seen())
                    .ifPresent(difference -> checks.add(new Check(call.step().title() + ": " + difference, false)));
        }
        checks.add(new Check("every call came out as the scenario says", checks.isEmpty()));
        checks.add(new Check("a repeated key got the first answer again", repeatedKeysAgree()));
        checks.add(new Check(
                "the billing service's books hold one refund: 18.00, the duplicate charge, to the customer's card",
                Scenario.areRight(billing.books())));
        checks.add(new Check(
                "the billing service was asked once for each allowed call, and for nothing else",
                billing.requests().equals(Scenario.REQUESTS)));
        return checks;
    }

    private boolean repeatedKeysAgree() {
        Map<String, Seen> first = new HashMap<>();
        return calls.stream()
                .allMatch(call ->
                        call.seen().equals(first.computeIfAbsent(call.step().key(), key -> call.seen())));
    }

    /** One call of the scenario, and what the gateway said of it. */
    record Call(Step step, Seen seen) {}

    /** A claim about the whole, and whether it is true. */
    record Check(String claim, boolean holds) {}
}
