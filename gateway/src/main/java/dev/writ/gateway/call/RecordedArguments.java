package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.model.JsonObject;
import dev.writ.model.Source;
import java.util.Optional;

/** What a recorded call was made with, for those who compare calls. */
public final class RecordedArguments {

    private RecordedArguments() {}

    /**
     * The arguments as they were submitted and decided.
     *
     * @param decided a {@code DECIDED} entry with its inputs
     * @return empty if they were erased, or if rules changed them, so that people saw others
     */
    public static Optional<JsonObject> of(Entry decided) {
        return CallEntries.input(decided, CallEntries.FACTS)
                .flatMap(facts -> facts.object("arguments")
                        .filter(submitted -> CallEntries.sent(facts).equals(Optional.of(submitted))));
    }

    /** Whether an argument is known to come from where outsiders can write. */
    public static boolean isTainted(Entry decided) {
        return CallEntries.origins(decided).stream()
                .anyMatch(origin -> origin.tainted() || origin.source() == Source.UNTRUSTED);
    }
}
