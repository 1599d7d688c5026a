package dev.writ.rules;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What whoever made a denied call may be told of the rule that came closest to allowing it. It depends on the bundle, the call, its
 * caller, its tool and the time, and on nothing that happened before or that others did.
 *
 * @param rule its name; empty if it compares arguments with values that may name somebody
 * @param arguments for which it does not hold; none if all of them fit a rule, and something else stands against the call
 */
public record Hint(Optional<String> rule, List<Argument> arguments) {

    /** The one that says most about the least. */
    static final Comparator<Hint> ORDER = Comparator.comparing(Hint::unbounded)
            .thenComparing(hint -> hint.arguments().size());

    public Hint {
        arguments = List.copyOf(arguments);
    }

    /**
     * An argument that would have to be another.
     *
     * @param path its path
     * @param bound such as {@code at most 50}; empty if there is none that may be told
     */
    public record Argument(String path, Optional<String> bound) {
        @Override
        public String toString() {
            return "'" + path + "'" + bound.map(text -> " " + text).orElse("");
        }
    }

    /** The best of several bundles' hints; empty if there is none, or if the arguments fit a rule of one of them. */
    public static Optional<Hint> best(List<Hint> hints) {
        return hints.stream().anyMatch(Hint::isFitting)
                ? Optional.empty()
                : hints.stream().min(ORDER);
    }

    boolean isFitting() {
        return arguments.isEmpty();
    }

    private long unbounded() {
        return arguments.stream().filter(argument -> argument.bound().isEmpty()).count();
    }

    /** A sentence without its stop. */
    @Override
    public String toString() {
        String listed = arguments.stream().map(Argument::toString).collect(Collectors.joining(" and "));
        return rule.map(name -> "rule '" + name + "' allows " + listed).orElse("a rule would allow another " + listed);
    }
}
