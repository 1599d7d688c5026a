package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.JsonObject;
import java.time.Instant;

/**
 * A step in the life of a version.
 *
 * @param recorded the entry that is the step
 */
record Step(Recorded recorded) {

    String kind() {
        return recorded.entry().kind();
    }

    Instant at() {
        return recorded.entry().at();
    }

    JsonObject body() {
        return recorded.entry().body();
    }

    String actor() {
        return body().text("actor").orElse("");
    }
}
