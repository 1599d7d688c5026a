package dev.writ.gateway.console;

import dev.writ.gateway.envelope.EnvelopeJson;
import dev.writ.gateway.envelope.EnvelopeResource;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * What the page of an envelope shows of it.
 *
 * @param uses some of the calls that rest on it, the first ones first
 * @param next gets further ones
 */
record EnvelopeView(EnvelopeJson envelope, List<EnvelopeResource.Use> uses, Optional<String> next, Consent consent) {

    EnvelopeView {
        uses = List.copyOf(uses);
    }

    /**
     * What the visitor may do about the consents that it lacks.
     *
     * @param seen digest of the call that it was made from, as they have looked at it
     */
    record Consent(boolean isPossible, boolean isUnseen, String seen) {

        /** It lacks none, or theirs would be none of them. */
        static final Consent NONE = new Consent(false, false, "");

        /** They have to look at the call first. */
        static final Consent UNSEEN = new Consent(false, true, "");

        static Consent of(String seen) {
            return new Consent(true, false, seen);
        }
    }

    /**
     * What one argument may be: a number of a range, or one of some values.
     *
     * @param path JSON Pointer of the argument
     */
    record Bound(String path, Optional<JsonValue> from, Optional<JsonValue> to, List<JsonValue> oneOf) {

        static Bound of(JsonObject json) {
            return new Bound(
                    json.text("path").orElse(""),
                    json.get("from"),
                    json.get("to"),
                    json.array("oneOf").map(JsonArray::items).orElse(List.of()));
        }
    }

    public List<Bound> bounds() {
        return envelope.bounds().map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(bound -> Bound.of((JsonObject) bound))
                .toList();
    }

    /** Further calls that it is for, had it not ended. */
    public int left() {
        return Math.max(0, envelope.uses() - envelope.used());
    }

    /** Whether it can still be made smaller. */
    public boolean isOpen() {
        return envelope.state().equals("live") || envelope.state().equals("proposed");
    }

    public boolean isForNobody() {
        return envelope.subject().equals("-");
    }
}
