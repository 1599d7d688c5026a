package dev.writ.gateway.authzen;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.util.Locale;
import java.util.stream.Stream;

/** How far a list of questions is answered. */
enum Semantic {
    EXECUTE_ALL,
    DENY_ON_FIRST_DENY,
    PERMIT_ON_FIRST_PERMIT;

    /** As a request asks for it; other options are passed over. */
    static Semantic of(JsonObject request) {
        return Question.object(request, "options")
                .flatMap(options -> options.get("evaluations_semantic"))
                .map(asked -> Stream.of(values())
                        .filter(one -> asked.equals(new JsonString(one.name().toLowerCase(Locale.ROOT))))
                        .findFirst()
                        .orElseThrow(() -> Question.malformed("'options.evaluations_semantic' is execute_all,"
                                + " deny_on_first_deny or permit_on_first_permit.")))
                .orElse(EXECUTE_ALL);
    }

    /** Whether nothing more is asked after that answer. */
    boolean endsWith(JsonObject answer) {
        return switch (this) {
            case EXECUTE_ALL -> false;
            case DENY_ON_FIRST_DENY -> !Answers.isPermit(answer);
            case PERMIT_ON_FIRST_PERMIT -> Answers.isPermit(answer);
        };
    }
}
