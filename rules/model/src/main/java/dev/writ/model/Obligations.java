package dev.writ.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What has to be met together, in that order.
 *
 * @param all each once
 */
public record Obligations(List<Obligation> all) {

    public static final Obligations NONE = new Obligations(List.of());

    public Obligations {
        all = all.stream().distinct().toList();
    }

    /** What becomes of arguments. */
    public sealed interface Changed {
        <R> R fold(Function<JsonObject, R> to, Function<String, R> impossible);

        /** They are sent so. */
        record To(JsonObject arguments) implements Changed {
            @Override
            public <R> R fold(Function<JsonObject, R> to, Function<String, R> impossible) {
                return to.apply(arguments);
            }
        }

        /**
         * They cannot be sent.
         *
         * @param reason names a path, and no value
         */
        record Impossible(String reason) implements Changed {
            @Override
            public <R> R fold(Function<JsonObject, R> to, Function<String, R> impossible) {
                return impossible.apply(reason);
            }
        }
    }

    /** Why they cannot all be met, whatever the arguments are; names paths, and no values. */
    public Optional<String> contradiction() {
        List<Obligation.OfArgument> changes = ofType(Obligation.OfArgument.class);
        for (int i = 0; i < changes.size(); i++) {
            for (Obligation.OfArgument other : changes.subList(i + 1, changes.size())) {
                if (changes.get(i).overlaps(other)) {
                    return Optional.of(
                            "two obligations contradict each other about the argument '" + other.path() + "'");
                }
            }
        }
        return Optional.empty();
    }

    /** The arguments as they are to be sent. */
    public Changed arguments(JsonObject submitted) {
        JsonObject arguments = submitted;
        for (Obligation.OfArgument obligation : ofType(Obligation.OfArgument.class)) {
            Optional<JsonValue> changed = change(arguments, obligation, 0);
            if (changed.isEmpty()) {
                return new Changed.Impossible(
                        "what a rule obliges cannot be done with the argument '" + obligation.path() + "'");
            }
            arguments = (JsonObject) changed.get();
        }
        return new Changed.To(arguments);
    }

    /** Empty if it cannot be done: there is something else where an object or a text should be. */
    private static Optional<JsonValue> change(JsonObject in, Obligation.OfArgument obligation, int depth) {
        String name = obligation.members().get(depth);
        Optional<JsonValue> before = in.get(name);
        boolean last = depth == obligation.members().size() - 1;
        Optional<JsonValue> after;
        if (obligation instanceof Obligation.Assign assign) {
            after = last
                    ? Optional.of(assign.value())
                    : before.orElse(JsonObject.empty()) instanceof JsonObject inner
                            ? change(inner, obligation, depth + 1)
                            : Optional.empty();
        } else if (before.isEmpty() || before.get() == JsonNull.NULL) {
            return Optional.of(in); // nothing to hide
        } else if (last) {
            after = before.filter(JsonString.class::isInstance).map(text -> new JsonString(Obligation.HIDDEN));
        } else {
            after = before.get() instanceof JsonObject inner ? change(inner, obligation, depth + 1) : Optional.empty();
        }
        return after.map(value -> with(in, name, value));
    }

    /** The result as it is recorded and answered. */
    public JsonValue result(JsonValue answered) {
        return results(answered, Optional.of(new JsonString(Obligation.HIDDEN)));
    }

    /** The result as pieces of it are kept for later rules: what is redacted is not there at all. */
    public JsonValue known(JsonValue answered) {
        return results(answered, Optional.empty());
    }

    private JsonValue results(JsonValue answered, Optional<JsonValue> hidden) {
        JsonValue result = answered;
        for (Obligation.OfResult obligation : ofType(Obligation.OfResult.class)) {
            result = at(result, obligation, 0, hidden).orElse(JsonNull.NULL);
        }
        return result;
    }

    /** A path goes on in every item of a list. */
    private static Optional<JsonValue> at(
            JsonValue value, Obligation.OfResult obligation, int depth, Optional<JsonValue> hidden) {
        boolean end = depth == obligation.members().size();
        if (end && obligation instanceof Obligation.Redact) {
            return hidden;
        }
        if (end) {
            return Optional.of(value instanceof JsonArray list ? capped(list, (Obligation.Cap) obligation) : value);
        }
        if (value instanceof JsonArray list) {
            return Optional.of(new JsonArray(list.items().stream()
                    .flatMap(item -> at(item, obligation, depth, hidden).stream())
                    .toList()));
        }
        if (value instanceof JsonObject object) {
            String name = obligation.members().get(depth);
            return Optional.of(object.get(name)
                    .map(inner -> at(inner, obligation, depth + 1, hidden)
                            .map(changed -> with(object, name, changed))
                            .orElseGet(() -> without(object, name)))
                    .orElse(object));
        }
        // A text where members should be may hold them in a form that is not known here.
        return obligation instanceof Obligation.Redact && value instanceof JsonString ? hidden : Optional.of(value);
    }

    private static JsonArray capped(JsonArray list, Obligation.Cap cap) {
        return new JsonArray(
                list.items().subList(0, Math.min(cap.items(), list.items().size())));
    }

    public Set<String> labels() {
        return ofType(Obligation.Label.class).stream()
                .map(Obligation.Label::label)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The calls that have to follow. */
    public List<Obligation.Expect> expected() {
        return ofType(Obligation.Expect.class);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public JsonArray toJson() {
        return new JsonArray(all.stream().<JsonValue>map(Obligation::toJson).toList());
    }

    private <T extends Obligation> List<T> ofType(Class<T> type) {
        return all.stream()
                .flatMap(one -> type.isInstance(one) ? Stream.of(type.cast(one)) : Stream.empty())
                .toList();
    }

    private static JsonObject with(JsonObject object, String name, JsonValue value) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.put(name, value);
        return new JsonObject(members);
    }

    private static JsonObject without(JsonObject object, String name) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.remove(name);
        return new JsonObject(members);
    }
}
