package dev.writ.gateway.replay;

import dev.writ.gateway.call.RecordedDecision;
import dev.writ.gateway.policy.Active;
import dev.writ.model.Decision;
import dev.writ.model.Facts;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import dev.writ.rules.PolicyEngine;
import java.util.ArrayList;
import java.util.List;

/**
 * What one version of a bundle would have decided otherwise than another one, of the calls of one tool.
 *
 * @param from first index that was looked at
 * @param to end of the indices, exclusive
 * @param compared decisions that both were asked about
 * @param incomplete decisions of the range, of whatever tool, whose facts are not all there any more, so that nobody can tell
 * @param flips every decision that comes out otherwise, by index
 */
public record Difference(long from, long to, long compared, long incomplete, List<Flip> flips) {

    public Difference {
        flips = List.copyOf(flips);
    }

    /** Added up in the order of the log, one thread after the other. */
    static final class Sum {
        private final PolicyEngine one;
        private final PolicyEngine other;
        private final ToolName tool;
        private final long from;
        private final long to;
        private final List<Flip> flips = new ArrayList<>();
        private long compared;
        private long incomplete;

        Sum(PolicyEngine one, PolicyEngine other, ToolName tool, long from, long to) {
            this.one = one;
            this.other = other;
            this.tool = tool;
            this.from = from;
            this.to = to;
        }

        long from() {
            return from;
        }

        long to() {
            return to;
        }

        /** @param then the bundles that decided, beside which both are asked */
        synchronized void add(RecordedDecision decision, Active then) {
            if (decision.isByGateway()
                    || decision.facts()
                            .filter(facts -> !facts.call().tool().equals(tool))
                            .isPresent()) {
                return;
            }
            if (decision.facts().isEmpty() || !then.isReady() || Findings.lacksOrigins(decision, other)) {
                incomplete++;
                return;
            }
            compared++;
            Facts facts = decision.facts().get();
            Decision was = then.with(one).evaluate(facts);
            Decision is = then.with(other).evaluate(facts);
            if (was.effect() != is.effect()) {
                flips.add(new Flip(
                        decision.index(),
                        decision.call().toString(),
                        was.effect(),
                        is.effect(),
                        rules(was),
                        rules(is)));
            }
        }

        private static List<String> rules(Decision decision) {
            return decision.deciding().stream().map(Verdict::rule).toList();
        }

        synchronized Difference difference() {
            return new Difference(from, to, compared, incomplete, flips);
        }
    }
}
