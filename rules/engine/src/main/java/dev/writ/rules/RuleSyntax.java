package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Obligation;
import dev.writ.model.Requirement;
import dev.writ.model.Rung;
import dev.writ.model.Scope;
import java.util.List;

/**
 * A rule as its author wrote it, before it is known to make sense. {@link RulePrinter} gives its canonical text.
 *
 * @param name its id in every record
 */
record RuleSyntax(String name, List<Note> notes, List<Pattern> patterns, Opinion opinion, Place place) {

    RuleSyntax {
        notes = List.copyOf(notes);
        patterns = List.copyOf(patterns);
    }

    /** What the notes of that key say, in the order in which they are written. */
    List<String> notes(String key) {
        return notes.stream()
                .filter(note -> note.key().equals(key))
                .map(Note::value)
                .toList();
    }

    boolean asksForOrigins() {
        return patterns.stream()
                .anyMatch(pattern -> pattern instanceof Pattern.OfOrigin || pattern instanceof Pattern.NoOrigin);
    }

    /** An annotation, such as {@code @control("ASI02")}. */
    record Note(String key, String value) {}

    /** What the rule says. */
    sealed interface Opinion {
        Effect effect();

        String reason();

        /** Under which the call may be carried out; none of a denial. */
        List<Obliged> obligations();

        record Plain(Effect effect, String reason, List<Obliged> obligations) implements Opinion {
            public Plain {
                obligations = List.copyOf(obligations);
            }

            Plain(Effect effect, String reason) {
                this(effect, reason, List.of());
            }
        }

        /**
         * {@code escalate("why").to("group")} and so on.
         *
         * @param further the groups of the requirement's ladder, with where they stand
         */
        record Escalation(
                String reason,
                Requirement requirement,
                Place groupPlace,
                List<Obliged> obligations,
                List<Further> further)
                implements Opinion {
            public Escalation {
                obligations = List.copyOf(obligations);
                further = List.copyOf(further);
            }

            Escalation(String reason, Requirement requirement, Place groupPlace) {
                this(
                        reason,
                        requirement,
                        groupPlace,
                        List.of(),
                        requirement.ladder().stream()
                                .map(rung -> new Further(rung, groupPlace))
                                .toList());
            }

            @Override
            public Effect effect() {
                return Effect.ESCALATE;
            }
        }
    }

    /** {@code .then("managers").after("30m")}. */
    record Further(Rung rung, Place place) {}

    /** {@code .mask("card")} and the like. */
    record Obliged(Obligation obligation, Place place) {}

    /** One line of a rule's {@code when}. */
    sealed interface Pattern {
        Place place();

        /** {@code ToolCall(...)}, {@code Principal(...)}, {@code Tool(...)} or {@code Now(...)}: facts of which there is always one. */
        record Single(FactType type, List<Constraint> constraints, Place place) implements Pattern {
            public Single {
                constraints = List.copyOf(constraints);
            }
        }

        /** {@code Past(...)}: there is at least one, and what it binds can be used further down. */
        record Join(Events events) implements Pattern {
            @Override
            public Place place() {
                return events.place();
            }
        }

        /** {@code exists Past(...)}. */
        record Exists(Events events, Place place) implements Pattern {}

        /** {@code not Past(...)}. */
        record Absent(Events events, Place place) implements Pattern {}

        /** {@code forall( Past(...) Past(...) )}: every call that is like the first is like the second, too. */
        record Every(Events events, List<Constraint> also, Place place) implements Pattern {
            public Every {
                also = List.copyOf(also);
            }
        }

        /** {@code Origin(...)}: there is such an origin of an argument. */
        record OfOrigin(List<Constraint> constraints, Place place) implements Pattern {
            public OfOrigin {
                constraints = List.copyOf(constraints);
            }
        }

        /** {@code not Origin(...)}: there is none. */
        record NoOrigin(List<Constraint> constraints, Place place) implements Pattern {
            public NoOrigin {
                constraints = List.copyOf(constraints);
            }
        }

        /** {@code accumulate( Past(...); $n : count(); $n < 3 )}. */
        record Accumulate(Events events, List<Function> functions, List<Constraint> conditions, Place place)
                implements Pattern {
            public Accumulate {
                functions = List.copyOf(functions);
                conditions = List.copyOf(conditions);
            }
        }
    }

    /**
     * {@code Past(...) over window:time(30d) from entry-point "person"}; without a window all of the history, and without a scope
     * that of the identity.
     */
    record Events(List<Constraint> constraints, Window window, Scope scope, Place place) {
        Events {
            constraints = List.copyOf(constraints);
        }
    }

    /** {@code $total : sum($amount)}; a count is of the terms {@link Aggregate#COUNT} and no values. */
    record Function(String variable, Aggregate aggregate, List<Term> of, Place place) {
        Function {
            of = List.copyOf(of);
        }
    }

    /** What must hold of a fact, or a name for one of its values. */
    sealed interface Constraint {
        record Binding(String variable, Term term, Place place) implements Constraint {}

        record All(List<Constraint> of) implements Constraint {
            public All {
                of = List.copyOf(of);
            }
        }

        record Any(List<Constraint> of) implements Constraint {
            public Any {
                of = List.copyOf(of);
            }
        }

        record Comparison(Term left, Operator operator, Term right, Place place) implements Constraint {}
    }
}
