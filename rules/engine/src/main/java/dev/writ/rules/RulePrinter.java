package dev.writ.rules;

import dev.writ.model.Consequence;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligation;
import dev.writ.model.Requirement;
import dev.writ.model.Scope;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The canonical text of rules: what reviewers see. Parsing it gives the same rules again, and nothing in it comes from the
 * author's own spelling.
 */
final class RulePrinter {

    private static final String INDENT = "    ";

    private RulePrinter() {}

    static String print(List<RuleSyntax> rules) {
        return rules.stream().map(RulePrinter::print).collect(Collectors.joining("\n"));
    }

    static String print(RuleSyntax rule) {
        StringBuilder out = new StringBuilder();
        out.append("rule ").append(quote(rule.name())).append('\n');
        for (RuleSyntax.Note note : rule.notes()) {
            out.append(INDENT)
                    .append('@')
                    .append(note.key())
                    .append('(')
                    .append(quote(note.value()))
                    .append(")\n");
        }
        out.append("when\n");
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            out.append(INDENT).append(pattern(pattern)).append('\n');
        }
        out.append("then\n").append(INDENT).append(opinion(rule.opinion())).append(";\nend\n");
        return out.toString();
    }

    static String term(Term term) {
        if (term instanceof Term.Text text) {
            return quote(text.value());
        } else if (term instanceof Term.Decimal number) {
            return number.value().toPlainString();
        } else if (term instanceof Term.Flag flag) {
            return Boolean.toString(flag.value());
        } else if (term instanceof Term.Span span) {
            return Durations.print(span.length());
        } else if (term instanceof Term.Common common) {
            return "common(" + term(common.of()) + ", " + term(common.in()) + ")";
        } else if (term instanceof Term.Variable variable) {
            return variable.name();
        } else if (term instanceof Term.Field field) {
            return field.name()
                    + field.path().map(path -> "(" + quote(path) + ")").orElse("");
        } else if (term instanceof Term.Listed listed) {
            return listed.values().stream().map(RulePrinter::term).collect(Collectors.joining(", ", "(", ")"));
        } else {
            Term.Sum sum = (Term.Sum) term;
            return term(sum.left()) + (sum.plus() ? " + " : " - ") + term(sum.right());
        }
    }

    static String pattern(RuleSyntax.Pattern pattern) {
        if (pattern instanceof RuleSyntax.Pattern.Single single) {
            return single.type().written() + parenthesized(single.constraints());
        } else if (pattern instanceof RuleSyntax.Pattern.Join join) {
            return events(join.events());
        } else if (pattern instanceof RuleSyntax.Pattern.Exists exists) {
            return "exists " + events(exists.events());
        } else if (pattern instanceof RuleSyntax.Pattern.Absent absent) {
            return "not " + events(absent.events());
        } else if (pattern instanceof RuleSyntax.Pattern.Every every) {
            return every(every);
        } else if (pattern instanceof RuleSyntax.Pattern.OfOrigin origin) {
            return FactType.ORIGIN.written() + parenthesized(origin.constraints());
        } else if (pattern instanceof RuleSyntax.Pattern.NoOrigin origin) {
            return "not " + FactType.ORIGIN.written() + parenthesized(origin.constraints());
        } else {
            RuleSyntax.Pattern.Accumulate accumulate = (RuleSyntax.Pattern.Accumulate) pattern;
            String functions =
                    accumulate.functions().stream().map(RulePrinter::function).collect(Collectors.joining(", "));
            String conditions = accumulate.conditions().isEmpty() ? "" : "; " + constraints(accumulate.conditions());
            return "accumulate( " + events(accumulate.events()) + "; " + functions + conditions + " )";
        }
    }

    static String every(RuleSyntax.Pattern.Every every) {
        return "forall( " + events(every.events()) + " " + FactType.PAST.written() + parenthesized(every.also()) + " )";
    }

    static String events(RuleSyntax.Events events) {
        String window = events.window() instanceof Window.Last last
                ? " over window:time(" + Durations.print(last.length()) + ")"
                : "";
        String scope = events.scope() == Scope.IDENTITY
                ? ""
                : " from entry-point " + quote(events.scope().text());
        return calls(events) + window + scope;
    }

    /** What is asked of each call, without how far back and among whose. */
    static String calls(RuleSyntax.Events events) {
        return FactType.PAST.written() + parenthesized(events.constraints());
    }

    static String function(RuleSyntax.Function function) {
        return function.variable() + " : " + function.aggregate().written()
                + function.of().stream().map(RulePrinter::term).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String parenthesized(List<RuleSyntax.Constraint> constraints) {
        return constraints.isEmpty() ? "()" : "( " + constraints(constraints) + " )";
    }

    private static String constraints(List<RuleSyntax.Constraint> constraints) {
        return constraints.stream().map(RulePrinter::constraint).collect(Collectors.joining(", "));
    }

    static String constraint(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Binding binding) {
            return binding.variable() + " : " + term(binding.term());
        } else if (constraint instanceof RuleSyntax.Constraint.All all) {
            return all.of().stream()
                    .map(part ->
                            part instanceof RuleSyntax.Constraint.Any ? "(" + constraint(part) + ")" : constraint(part))
                    .collect(Collectors.joining(" && "));
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return any.of().stream().map(RulePrinter::constraint).collect(Collectors.joining(" || "));
        } else {
            RuleSyntax.Constraint.Comparison comparison = (RuleSyntax.Constraint.Comparison) constraint;
            return term(comparison.left()) + " " + comparison.operator().written() + " " + term(comparison.right());
        }
    }

    private static String opinion(RuleSyntax.Opinion opinion) {
        String said = opinion.effect().text() + "(" + quote(opinion.reason()) + ")";
        if (opinion instanceof RuleSyntax.Opinion.Escalation escalation) {
            Requirement requirement = escalation.requirement();
            String approvals = requirement.approvals() == 1 ? "" : ".approvals(" + requirement.approvals() + ")";
            String allowed = requirement.allowed().stream()
                    .map(party -> ".allowing(" + quote(party.text()) + ")")
                    .collect(Collectors.joining());
            String ladder = requirement.ladder().stream()
                    .map(rung ->
                            ".then(" + quote(rung.group()) + ").after(" + quote(Durations.print(rung.after())) + ")")
                    .collect(Collectors.joining());
            return said + ".to(" + quote(requirement.group()) + ")" + ladder + approvals + ".within("
                    + quote(Durations.print(requirement.within())) + ")" + allowed
                    + (requirement.signed() ? ".signed()" : "")
                    + requirement.envelope().map(RulePrinter::envelope).orElse("") + obligations(opinion);
        }
        return said + obligations(opinion);
    }

    private static String envelope(EnvelopeLimits limits) {
        return ".envelope(" + limits.uses() + ", " + quote(Durations.print(limits.within()))
                + (limits.irreversible() ? ", " + quote("irreversible") : "") + ")";
    }

    private static String obligations(RuleSyntax.Opinion opinion) {
        return opinion.obligations().stream()
                .map(obliged -> obligation(obliged.obligation()))
                .collect(Collectors.joining());
    }

    static String obligation(Obligation obligation) {
        if (obligation instanceof Obligation.Mask mask) {
            return ".mask(" + quote(mask.path()) + ")";
        } else if (obligation instanceof Obligation.Assign assign) {
            return ".set(" + quote(assign.path()) + ", " + value(assign.value()) + ")";
        } else if (obligation instanceof Obligation.Redact redact) {
            return ".redact(" + quote(redact.path()) + ")";
        } else if (obligation instanceof Obligation.Cap cap) {
            return ".cap(" + quote(cap.path()) + ", " + cap.items() + ")";
        } else if (obligation instanceof Obligation.Expect expect) {
            String group =
                    expect.otherwise() instanceof Consequence.Escalate escalate ? ", " + quote(escalate.group()) : "";
            return ".expect(" + quote(expect.tool().value()) + ").within(" + quote(Durations.print(expect.within()))
                    + ").otherwise(" + quote(expect.otherwise().text()) + group + ")";
        } else {
            return ".label(" + quote(((Obligation.Label) obligation).label()) + ")";
        }
    }

    private static String value(JsonValue literal) {
        if (literal instanceof JsonString text) {
            return quote(text.value());
        }
        return literal instanceof JsonNumber number ? number.value().toPlainString() : literal.toJson();
    }

    static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
