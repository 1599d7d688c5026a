package dev.writ.rules;

import dev.writ.model.Consequence;
import dev.writ.model.Effect;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.Obligation;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import dev.writ.model.Rung;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** Makes rules that make sense, of everything that the language has. The same seed makes the same rules. */
final class RandomRules {

    private static final Place NOWHERE = new Place("random.drl", 1, 1);

    /** The day of {@link Scene#NOW}. */
    static final String TODAY = "2026-01-01";

    private static final List<String> TOOLS = List.of("billing.refund", "billing.payments", "mail.send");
    private static final List<String> TEXTS =
            List.of("a", "b", "p-1", "p-2", "a \"quoted\" end", "back\\slash", "ünï // */");
    private static final List<Operator> TEXT_OPERATORS =
            List.of(Operator.EQUAL, Operator.NOT_EQUAL, Operator.CONTAINS, Operator.NOT_CONTAINS);
    private static final List<Operator> NUMBER_OPERATORS = List.of(
            Operator.EQUAL, Operator.NOT_EQUAL, Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST);

    private final Random random;
    private int names;
    private final List<Term> numbers = new ArrayList<>();
    private final List<Term> texts = new ArrayList<>();
    private final List<Term> dates = new ArrayList<>();

    RandomRules(long seed) {
        this.random = new Random(seed);
    }

    List<RuleSyntax> rules(int count) {
        return IntStream.range(0, count).mapToObj(i -> rule("rule " + i)).toList();
    }

    private RuleSyntax rule(String name) {
        names = 0;
        numbers.clear();
        texts.clear();
        dates.clear();
        List<RuleSyntax.Pattern> patterns = new ArrayList<>();
        patterns.add(toolCall());
        if (random.nextInt(4) == 0) {
            patterns.add(new RuleSyntax.Pattern.Single(FactType.PRINCIPAL, List.of(principal()), NOWHERE));
        }
        if (random.nextInt(4) == 0) {
            patterns.add(new RuleSyntax.Pattern.Single(
                    FactType.TOOL,
                    List.of(compared(
                            field("idempotent"), Operator.EQUAL, new Term.Flag(random.nextBoolean(), NOWHERE))),
                    NOWHERE));
        }
        if (random.nextInt(4) == 0) {
            patterns.add(now());
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            patterns.add(history());
        }
        List<RuleSyntax.Note> notes =
                random.nextBoolean() ? List.of() : List.of(new RuleSyntax.Note("control", "ASI02"));
        return new RuleSyntax(name, notes, patterns, opinion(), NOWHERE);
    }

    private RuleSyntax.Pattern toolCall() {
        List<RuleSyntax.Constraint> constraints = new ArrayList<>();
        String tool = random.nextInt(5) == 0 ? "" : one(TOOLS);
        if (!tool.isEmpty()) {
            constraints.add(
                    random.nextInt(4) == 0
                            ? compared(field("tool"), Operator.IN, listed(text(tool)))
                            : compared(field("tool"), Operator.EQUAL, text(tool)));
        }
        if (tool.equals("billing.refund")) {
            if (random.nextBoolean()) {
                constraints.add(bind(at("number", "amount"), numbers));
            }
            if (random.nextBoolean()) {
                constraints.add(bind(at("text", "payment"), texts));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                constraints.add(refundCondition(2));
            }
        }
        return new RuleSyntax.Pattern.Single(FactType.TOOL_CALL, constraints, NOWHERE);
    }

    private RuleSyntax.Constraint refundCondition(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            RuleSyntax.Constraint first = refundCondition(depth - 1);
            RuleSyntax.Constraint second = refundCondition(depth - 1);
            return random.nextBoolean() ? all(first, second) : any(first, second);
        }
        return switch (random.nextInt(9)) {
            case 5 -> compared(at("size", "items"), one(NUMBER_OPERATORS), numberTerm());
            case 6 ->
                compared(
                        new Term.Sum(
                                at("moment", "note"),
                                random.nextBoolean(),
                                new Term.Span(Duration.ofMinutes(1 + random.nextInt(5_000)), NOWHERE)),
                        one(NUMBER_OPERATORS),
                        text(random.nextBoolean() ? "2026-01-01T12:00:00" : "2026-01-01T12:00:00.5+01:00"));
            case 7 ->
                compared(
                        new Term.Common(at("list", "items[*].id"), at("list", "items"), NOWHERE),
                        one(NUMBER_OPERATORS),
                        numberTerm());
            case 8 ->
                compared(
                        at("list", "items"),
                        random.nextBoolean() ? Operator.CONTAINS : Operator.NOT_MEMBER_OF,
                        at("list", "items[*].id"));
            case 0 -> compared(at("text", "note"), one(TEXT_OPERATORS), textTerm());
            case 1 ->
                compared(
                        at("text", "payment"),
                        random.nextBoolean() ? Operator.IN : Operator.NOT_IN,
                        listed(text("p-1"), text("p-2")));
            case 2 ->
                compared(
                        at("list", "items"),
                        random.nextBoolean() ? Operator.CONTAINS : Operator.NOT_CONTAINS,
                        textTerm());
            case 3 ->
                compared(
                        at("text", "note"),
                        random.nextBoolean() ? Operator.MATCHES : Operator.NOT_MATCHES,
                        text("[a-z]{1,3}.*"));
            default -> compared(at("number", "amount"), one(NUMBER_OPERATORS), numberTerm());
        };
    }

    private RuleSyntax.Constraint principal() {
        return random.nextBoolean()
                ? compared(field("roles"), Operator.CONTAINS, text("agent"))
                : compared(field("onBehalfOf"), one(TEXT_OPERATORS), text("ana"));
    }

    private RuleSyntax.Pattern now() {
        RuleSyntax.Constraint zone =
                compared(field("zone"), Operator.EQUAL, text(random.nextBoolean() ? "UTC" : "Europe/Berlin"));
        RuleSyntax.Constraint condition = switch (random.nextInt(4)) {
            case 0 -> compared(field("time"), Operator.AT_LEAST, text("12:30"));
            case 1 -> compared(field("date"), Operator.IN, listed(text("2026-01-01"), text("2026-12-24")));
            default -> bind(field("date"), dates);
        };
        return new RuleSyntax.Pattern.Single(FactType.NOW, List.of(zone, condition), NOWHERE);
    }

    private RuleSyntax.Pattern history() {
        return switch (random.nextInt(5)) {
            case 4 ->
                new RuleSyntax.Pattern.Every(
                        events(new ArrayList<>(), new ArrayList<>()),
                        List.of(compared(field("outcome"), one(TEXT_OPERATORS.subList(0, 2)), text("succeeded"))),
                        NOWHERE);
            case 0 -> new RuleSyntax.Pattern.Join(events(numbers, texts));
            case 1 -> new RuleSyntax.Pattern.Exists(events(new ArrayList<>(), new ArrayList<>()), NOWHERE);
            case 2 -> new RuleSyntax.Pattern.Absent(events(new ArrayList<>(), new ArrayList<>()), NOWHERE);
            default -> accumulate();
        };
    }

    private RuleSyntax.Events events(List<Term> boundNumbers, List<Term> boundTexts) {
        List<RuleSyntax.Constraint> constraints = new ArrayList<>();
        if (random.nextInt(4) != 0) {
            constraints.add(compared(field("tool"), Operator.EQUAL, text("billing.refund")));
            constraints.add(
                    random.nextBoolean()
                            ? compared(at("number", "amount"), one(NUMBER_OPERATORS), numberTerm())
                            : compared(at("text", "payment"), one(TEXT_OPERATORS), textTerm()));
            if (!texts.isEmpty() && random.nextBoolean()) {
                constraints.add(equal(at("text", "payment"), one(texts)));
            }
            if (!numbers.isEmpty() && random.nextInt(4) == 0) {
                constraints.add(equal(at("number", "amount"), one(numbers)));
            }
            if (!dates.isEmpty()) {
                constraints.add(equal(random.nextBoolean() ? at("date", "note") : text(TODAY), one(dates)));
            }
            if (random.nextInt(3) == 0) {
                constraints.add(bind(at("number", "amount"), boundNumbers));
            }
        } else {
            constraints.add(compared(field("labels"), Operator.CONTAINS, text("bad")));
            constraints.add(bind(field("outcome"), boundTexts));
        }
        if (random.nextInt(3) == 0) {
            constraints.add(compared(field("verdict"), one(TEXT_OPERATORS.subList(0, 2)), text("allow")));
        }
        return new RuleSyntax.Events(constraints, window(), scope(), NOWHERE);
    }

    private RuleSyntax.Pattern accumulate() {
        Aggregate aggregate = one(List.of(Aggregate.values()));
        List<Term> inner = new ArrayList<>();
        RuleSyntax.Events events = random.nextInt(3) == 0
                ? new RuleSyntax.Events(
                        List.of(compared(field("tool"), Operator.EQUAL, text("billing.refund"))),
                        window(),
                        scope(),
                        NOWHERE)
                : events(inner, new ArrayList<>());
        boolean amounts =
                events.constraints().contains(compared(field("tool"), Operator.EQUAL, text("billing.refund")));
        Term.Variable result = new Term.Variable("$v" + names++, NOWHERE);
        RuleSyntax.Function function = new RuleSyntax.Function(
                result.name(),
                aggregate,
                aggregate == Aggregate.COUNT
                        ? List.of()
                        : List.of(amounts ? read(inner) : new Term.Decimal(BigDecimal.ONE, NOWHERE)),
                NOWHERE);
        List<RuleSyntax.Constraint> conditions = random.nextInt(4) == 0
                ? List.of()
                : List.of(compared(
                        new Term.Sum(result, random.nextBoolean(), numberTerm()), one(NUMBER_OPERATORS), numberTerm()));
        numbers.add(result);
        return new RuleSyntax.Pattern.Accumulate(events, List.of(function), conditions, NOWHERE);
    }

    /** What is added up of each call: mostly something of the call alone. */
    private Term read(List<Term> inner) {
        Term amount = inner.isEmpty() ? at("number", "amount") : one(inner);
        return random.nextInt(4) == 0 ? new Term.Sum(amount, random.nextBoolean(), numberTerm()) : amount;
    }

    private Scope scope() {
        return random.nextInt(4) == 0 ? one(List.of(Scope.values())) : Scope.IDENTITY;
    }

    private Window window() {
        return random.nextBoolean() ? Window.ALL : new Window.Last(Duration.ofMinutes(1 + random.nextInt(10)));
    }

    private RuleSyntax.Opinion opinion() {
        return switch (random.nextInt(4)) {
            case 0 -> new RuleSyntax.Opinion.Plain(Effect.DENY, one(TEXTS));
            case 1 -> escalation();
            default -> new RuleSyntax.Opinion.Plain(Effect.ALLOW, one(TEXTS), obligations());
        };
    }

    private RuleSyntax.Opinion escalation() {
        String reason = one(TEXTS);
        int approvals = 1 + random.nextInt(3);
        int minutes = 1 + random.nextInt(200);
        Set<Party> allowed = random.nextBoolean() ? Set.of() : Set.of(Party.PERSON, Party.AUTHOR);
        List<Rung> ladder = random.nextBoolean() ? List.of() : List.of(new Rung("legal", Duration.ofSeconds(30)));
        boolean signed = random.nextBoolean();
        // Drawn from nothing of its own, so that a seed stands for the rules that it always stood for.
        Optional<EnvelopeLimits> envelope = approvals == 2 && !signed
                ? Optional.of(new EnvelopeLimits(minutes, Duration.ofHours(1), minutes % 2 == 0))
                : Optional.empty();
        return new RuleSyntax.Opinion.Escalation(
                reason,
                new Requirement("finance", approvals, Duration.ofMinutes(minutes), allowed, ladder, signed, envelope),
                NOWHERE);
    }

    private RuleSyntax.Constraint equal(Term left, Term right) {
        return random.nextBoolean() ? compared(left, Operator.EQUAL, right) : compared(right, Operator.EQUAL, left);
    }

    private List<RuleSyntax.Obliged> obligations() {
        List<Obligation> some = List.of(
                new Obligation.Redact("customer.iban"),
                new Obligation.Cap("items", random.nextInt(100)),
                new Obligation.Label("untrusted"),
                new Obligation.Expect(new ToolName("mail.send"), Duration.ofMinutes(10), new Consequence.Freeze()),
                new Obligation.Expect(
                        new ToolName("mail.send"), Duration.ofHours(1), new Consequence.Escalate("finance")));
        return some.subList(0, random.nextInt(6)).stream()
                .map(obligation -> new RuleSyntax.Obliged(obligation, NOWHERE))
                .toList();
    }

    private RuleSyntax.Constraint bind(Term term, List<Term> bound) {
        String name = "$v" + names++;
        bound.add(new Term.Variable(name, NOWHERE));
        return new RuleSyntax.Constraint.Binding(name, term, NOWHERE);
    }

    private Term numberTerm() {
        Term decimal = new Term.Decimal(BigDecimal.valueOf(random.nextInt(-20, 400), random.nextInt(3)), NOWHERE);
        return numbers.isEmpty() || random.nextBoolean() ? decimal : one(numbers);
    }

    private Term textTerm() {
        return texts.isEmpty() || random.nextBoolean() ? text(one(TEXTS)) : one(texts);
    }

    private static RuleSyntax.Constraint all(RuleSyntax.Constraint... parts) {
        List<RuleSyntax.Constraint> flat = new ArrayList<>();
        for (RuleSyntax.Constraint part : parts) {
            flat.addAll(part instanceof RuleSyntax.Constraint.All inner ? inner.of() : List.of(part));
        }
        return new RuleSyntax.Constraint.All(flat);
    }

    private static RuleSyntax.Constraint any(RuleSyntax.Constraint... parts) {
        List<RuleSyntax.Constraint> flat = new ArrayList<>();
        for (RuleSyntax.Constraint part : parts) {
            flat.addAll(part instanceof RuleSyntax.Constraint.Any inner ? inner.of() : List.of(part));
        }
        return new RuleSyntax.Constraint.Any(flat);
    }

    private static RuleSyntax.Constraint compared(Term left, Operator operator, Term right) {
        return new RuleSyntax.Constraint.Comparison(left, operator, right, NOWHERE);
    }

    private static Term field(String name) {
        return new Term.Field(name, Optional.empty(), NOWHERE);
    }

    private static Term at(String accessor, String path) {
        return new Term.Field(accessor, Optional.of(path), NOWHERE);
    }

    private static Term text(String value) {
        return new Term.Text(value, NOWHERE);
    }

    private static Term listed(Term... values) {
        return new Term.Listed(List.of(values), NOWHERE);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
