package dev.writ.gateway.demo;

import dev.writ.gateway.demo.Table.Column;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The scenario as it went.
 *
 * @param calls what the gateway said of each call when it was submitted, in order
 * @param ends what came of those that had to wait
 */
record Played(List<Call> calls, List<Call> ends) {

    Played {
        calls = List.copyOf(calls);
        ends = List.copyOf(ends);
    }

    Table table() {
        Table table = new Table(
                new Column("call", 22),
                new Column("decision", 8),
                new Column("rule", 24),
                new Column("reason", 32),
                new Column("outcome", 9),
                new Column("log", 4));
        for (Call call : all()) {
            Seen seen = call.seen();
            table.row(call.step().title(), seen.decision(), seen.rule(), seen.reason(), seen.outcome(), seen.index());
        }
        return table;
    }

    /** Holds the gateway's word against the scenario, and against what the billing service knows. */
    List<Check> checks(BillingService billing) {
        List<Check> checks = new ArrayList<>();
        for (Call call : all()) {
            call.step()
                    .expected()
                    .difference(call.seen())
                    .ifPresent(difference -> checks.add(new Check(call.step().title() + ": " + difference, false)));
        }
        checks.add(new Check("every call came out as the scenario says", checks.isEmpty()));
        checks.add(new Check("a repeated key got the first answer again", repeatedKeysAgree()));
        checks.add(new Check(
                "the billing service's books hold two refunds, to the customer's card: 18.00, and the 480.00 that finance approved",
                Scenario.areRight(billing.books())));
        checks.add(new Check(
                "the billing service was asked once for each allowed call, and for nothing else",
                billing.requests().equals(Scenario.REQUESTS)));
        return checks;
    }

    private List<Call> all() {
        return Stream.concat(calls.stream(), ends.stream()).toList();
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
