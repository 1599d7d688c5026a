package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.catalog.Visible;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What somebody can say of calls like one that waits: for each argument that is a number a range, for each that is a text of one visible
 * line further ones. Every other argument stays what it is.
 */
record EnvelopeForm(Approval approval, List<Limit> limits, List<Argument> arguments) {

    private static final String FROM = "from:";
    private static final String TO = "to:";
    private static final String ALSO = "also:";
    private static final String NOW = "now:";
    private static final int MOST = 32;

    EnvelopeForm {
        limits = List.copyOf(limits);
        arguments = List.copyOf(arguments);
    }

    /** How far a rule lets an answer reach. */
    record Limit(String rule, EnvelopeLimits limits) {

        /** As people read it. */
        public String within() {
            return Frame.length(limits.within());
        }
    }

    /**
     * An argument that may be bounded.
     *
     * @param path its JSON Pointer
     */
    record Argument(String path, JsonValue value) {

        public boolean isNumber() {
            return value instanceof JsonNumber;
        }

        public String now() {
            return value instanceof JsonString text ? text.value() : value.toJson();
        }

        public String fromField() {
            return FROM + path;
        }

        public String toField() {
            return TO + path;
        }

        public String alsoField() {
            return ALSO + path;
        }

        public String nowField() {
            return NOW + path;
        }
    }

    static EnvelopeForm of(Approval approval) {
        List<Argument> arguments = new ArrayList<>();
        collect("", approval.escalation().view().get("arguments").orElse(JsonObject.empty()), arguments);
        return new EnvelopeForm(
                approval, limits(approval), arguments.stream().limit(MOST).toList());
    }

    /** The rules that ask about it and let an answer reach beyond it. */
    static List<Limit> limits(Approval approval) {
        return approval.escalation().asks().stream()
                .flatMap(ask -> limit(ask).stream())
                .toList();
    }

    private static Optional<Limit> limit(Ask ask) {
        return ask.requirement().envelope().map(limits -> new Limit(ask.rule(), limits));
    }

    private static void collect(String path, JsonValue value, List<Argument> found) {
        if (value instanceof JsonObject object) {
            object.members()
                    .forEach((name, member) ->
                            collect(path + "/" + name.replace("~", "~0").replace("/", "~1"), member, found));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.items().size(); i++) {
                collect(path + "/" + i, array.items().get(i), found);
            }
        } else if (value instanceof JsonNumber || (value instanceof JsonString text && isLine(text.value()))) {
            found.add(new Argument(path, value));
        }
    }

    /** Whether a field of a form sends back what it was given. */
    private static boolean isLine(String text) {
        return !text.isEmpty() && text.strip().equals(text) && text.codePoints().noneMatch(EnvelopeForm::isLost);
    }

    private static boolean isLost(int point) {
        return Visible.isHidden(point) || point == '\r' || point == '\n';
    }

    /** The bounds that were typed, as the API takes them; an argument of which nothing was said has none. */
    static List<JsonObject> bounds(Posted form) {
        return form.fields().keySet().stream()
                .filter(field -> field.startsWith(NOW))
                .map(field -> field.substring(NOW.length()))
                .sorted()
                .flatMap(path -> bound(form, path).stream())
                .toList();
    }

    private static Optional<JsonObject> bound(Posted form, String path) {
        String now = form.text(NOW + path).orElse("");
        Optional<String> from = form.text(FROM + path).map(String::strip);
        Optional<String> to = form.text(TO + path).map(String::strip);
        if (from.isPresent() || to.isPresent()) {
            return Optional.of(JsonObject.builder()
                    .put("path", path)
                    .put("from", number(from.orElse(now)))
                    .put("to", number(to.orElse(now)))
                    .build());
        }
        List<String> also = form.text(ALSO + path).stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return also.isEmpty()
                ? Optional.empty()
                : Optional.of(JsonObject.builder()
                        .put("path", path)
                        .put(
                                "oneOf",
                                JsonArray.ofTexts(Stream.concat(Stream.of(now), also.stream())
                                        .distinct()
                                        .toList()))
                        .build());
    }

    private static JsonValue number(String text) {
        try {
            if (JsonValue.parse(text) instanceof JsonNumber number) {
                return number;
            }
        } catch (JsonException none) {
            throw Posted.notANumber("From and to");
        }
        throw Posted.notANumber("From and to");
    }

    public String id() {
        return approval.call().toString();
    }

    public String digest() {
        return approval.viewDigest();
    }

    public String agent() {
        return approval.escalation().agent();
    }

    public String tool() {
        return approval.escalation().tool().value();
    }

    public JsonValue whole() {
        return approval.escalation().view().get("arguments").orElse(JsonObject.empty());
    }

    /** The most uses that any of the rules allows for. */
    public int mostUses() {
        return limits.stream().mapToInt(limit -> limit.limits().uses()).max().orElse(1);
    }

    public Instant openedAt() {
        return approval.escalation().openedAt();
    }
}
