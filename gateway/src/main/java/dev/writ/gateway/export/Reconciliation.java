package dev.writ.gateway.export;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a system of record says has happened, against what the log permitted, in both directions.
 *
 * @param permits that were compared
 * @param effects that were compared
 */
public record Reconciliation(long permits, long effects, List<Difference> differences) {

    /** What is not as it should be. */
    public enum Problem {
        /** It happened, and the log permitted no such call. */
        EFFECT_WITHOUT_PERMIT("happened, and the log permitted no such call"),
        /** The log says that it succeeded, and the system knows nothing of it. */
        PERMIT_WITHOUT_EFFECT("succeeded by the log, and the system does not know it"),
        /** It happened, and the log says that it failed or was never sent. */
        OUTCOME_DIFFERS("happened, and the log says otherwise"),
        /** It happened, and the log does not know whether it did. */
        OUTCOME_UNKNOWN("happened, and the log does not know whether it did"),
        /** It happened, and what the log said of it was deleted when its time was over. */
        PRUNED("happened, and what the log said of it was deleted when its time was over: it cannot be told"),
        /** It happened more than once. */
        DUPLICATE("happened more than once");

        private final String words;

        Problem(String words) {
            this.words = words;
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One difference.
     *
     * @param lines of the file; none if the effect is what is missing
     * @param permit none if that is what is missing
     */
    public record Difference(Problem problem, List<Long> lines, Optional<PermittedCall> permit) {

        public Difference {
            lines = List.copyOf(lines);
        }

        /** As people read it. */
        public String text() {
            String what = permit.map(call -> "call " + call.call() + " (entry " + call.index() + ", " + call.tool()
                            + ", " + call.outcome() + ")")
                    .orElse("an effect");
            return problem.text() + ": " + what + " " + problem.words
                    + (lines.isEmpty() ? "" : "; line " + lines.toString().replaceAll("[\\[\\]]", ""));
        }

        JsonObject toJson() {
            JsonObject.Builder json = JsonObject.builder().put("problem", problem.text());
            json.put(
                    "lines",
                    new JsonArray(lines.stream().<JsonValue>map(JsonNumber::of).toList()));
            permit.ifPresent(call -> json.put("call", call.call())
                    .put("index", call.index())
                    .put("tool", call.tool())
                    .put("outcome", call.outcome()));
            return json.build();
        }
    }

    public Reconciliation {
        differences = List.copyOf(differences);
    }

    public boolean isClean() {
        return differences.isEmpty();
    }

    /** For programs. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put("reconciled", isClean())
                .put("permits", permits)
                .put("effects", effects)
                .put(
                        "differences",
                        new JsonArray(differences.stream()
                                .<JsonValue>map(Difference::toJson)
                                .toList()))
                .build();
    }

    /**
     * Compares.
     *
     * @param expected permits whose effects must be in the file if they succeeded
     * @param told what the log says of calls outside of the time that is looked at, whose effects may be in the file
     */
    public static Reconciliation of(Collection<PermittedCall> expected, PermitsOfTime.Told told, List<Effect> effects) {
        Map<String, PermittedCall> byCall = new HashMap<>();
        Map<String, PermittedCall> byUpstreamId = new HashMap<>();
        for (Collection<PermittedCall> some : List.of(told.permits(), expected)) {
            for (PermittedCall permit : some) {
                byCall.put(permit.call(), permit);
                permit.upstreamId().ifPresent(id -> byUpstreamId.put(id, permit));
            }
        }
        Map<PermittedCall, List<Effect>> found = new LinkedHashMap<>();
        List<Difference> differences = new ArrayList<>();
        for (Effect effect : effects) {
            effect.call()
                    .map(byCall::get)
                    // An id that the system made up itself counts only where it was not told ours.
                    .or(() -> effect.call().isPresent()
                            ? Optional.empty()
                            : effect.upstreamId().map(byUpstreamId::get))
                    .ifPresentOrElse(
                            permit -> found.computeIfAbsent(permit, first -> new ArrayList<>())
                                    .add(effect),
                            () -> differences.add(new Difference(
                                    effect.call()
                                                    .filter(told.pruned()::contains)
                                                    .isPresent()
                                            ? Problem.PRUNED
                                            : Problem.EFFECT_WITHOUT_PERMIT,
                                    List.of(effect.line()),
                                    Optional.empty())));
        }
        found.forEach((permit, same) -> judge(permit, same, differences));
        for (PermittedCall permit : expected) {
            if (permit.outcome().equals("succeeded") && !found.containsKey(permit)) {
                differences.add(new Difference(Problem.PERMIT_WITHOUT_EFFECT, List.of(), Optional.of(permit)));
            }
        }
        return new Reconciliation(expected.size(), effects.size(), differences);
    }

    private static void judge(PermittedCall permit, List<Effect> same, List<Difference> differences) {
        List<Long> lines = same.stream().map(Effect::line).toList();
        if (lines.size() > 1) {
            differences.add(new Difference(Problem.DUPLICATE, lines, Optional.of(permit)));
        }
        switch (permit.outcome()) {
            case "failed", "abandoned" ->
                differences.add(new Difference(Problem.OUTCOME_DIFFERS, lines, Optional.of(permit)));
            case "unknown" -> differences.add(new Difference(Problem.OUTCOME_UNKNOWN, lines, Optional.of(permit)));
            case PermittedCall.PRUNED -> differences.add(new Difference(Problem.PRUNED, lines, Optional.of(permit)));
            default -> {}
        }
    }
}
