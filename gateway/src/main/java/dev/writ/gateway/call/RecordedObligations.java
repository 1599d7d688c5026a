package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligation;
import dev.writ.model.Obligations;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a recorded permission obliges to do with the call's result. */
final class RecordedObligations {

    /** They change what is sent, or what has to follow. */
    private static final Set<String> OTHERS = Set.of("mask", "set", "label", "expect");

    private RecordedObligations() {}

    /** Empty if one of them cannot be read back: then nobody knows what has to be hidden. */
    static Optional<Obligations> ofResult(Entry decided) {
        List<Obligation> all = new ArrayList<>();
        Optional<JsonArray> verdicts = decided.body().array("verdicts");
        if (verdicts.isEmpty()) {
            return Optional.empty();
        }
        for (JsonValue verdict : verdicts.get().items()) {
            if (!(verdict instanceof JsonObject object) || !collect(object, all)) {
                return Optional.empty();
            }
        }
        return Optional.of(new Obligations(all));
    }

    private static boolean collect(JsonObject verdict, List<Obligation> all) {
        if (verdict.get("obligations").isEmpty()) {
            return true;
        }
        Optional<JsonArray> obligations = verdict.array("obligations");
        for (JsonValue obligation : obligations.map(JsonArray::items).orElse(List.of())) {
            if (!(obligation instanceof JsonObject object)) {
                return false;
            }
            Optional<Obligation> read = ofResult(object);
            read.ifPresent(all::add);
            if (read.isEmpty() && object.members().keySet().stream().noneMatch(OTHERS::contains)) {
                return false;
            }
        }
        return obligations.isPresent();
    }

    private static Optional<Obligation> ofResult(JsonObject obligation) {
        try {
            return obligation
                    .text("redact")
                    .<Obligation>map(Obligation.Redact::new)
                    .or(() -> obligation
                            .text("cap")
                            .flatMap(path -> obligation
                                    .number("at")
                                    .map(BigDecimal::intValueExact)
                                    .map(items -> new Obligation.Cap(path, items))));
        } catch (IllegalArgumentException | ArithmeticException unreadable) {
            return Optional.empty();
        }
    }
}
