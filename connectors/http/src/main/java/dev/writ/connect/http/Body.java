package dev.writ.connect.http;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How a request's body is made of the arguments. */
sealed interface Body {

    /** The argument that is the whole body, where its members cannot be arguments of their own. */
    String WHOLE = "body";

    /** What to send for these arguments, if anything. */
    Optional<JsonValue> of(JsonObject arguments);

    /** The arguments it takes. */
    Set<String> names();

    /** The operation takes no body. */
    record None() implements Body {
        @Override
        public Optional<JsonValue> of(JsonObject arguments) {
            return Optional.empty();
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }
    }

    /**
     * An object whose members are arguments of the tool.
     *
     * @param required it is sent even if it has no member
     */
    record Members(Set<String> names, boolean required) implements Body {
        @Override
        public Optional<JsonValue> of(JsonObject arguments) {
            Map<String, JsonValue> members = new LinkedHashMap<>(arguments.members());
            members.keySet().retainAll(names);
            return members.isEmpty() && !required ? Optional.empty() : Optional.of(new JsonObject(members));
        }
    }

    /** One argument, {@value #WHOLE}. */
    record Whole() implements Body {
        @Override
        public Optional<JsonValue> of(JsonObject arguments) {
            return arguments.get(WHOLE);
        }

        @Override
        public Set<String> names() {
            return Set.of(WHOLE);
        }
    }
}
