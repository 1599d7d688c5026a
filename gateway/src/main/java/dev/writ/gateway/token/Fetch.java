package dev.writ.gateway.token;

import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks an issuer. */
interface Fetch {

    /** What it answered. */
    record Answer(int status, String body) {
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /** The bytes of a document; fails if there is none by then, or if it is too long. */
    Uni<byte[]> get(URI from, Duration timeout);

    /**
     * Sends a form.
     *
     * @param authorization the header of that name
     * @return what is answered, whatever its status; fails if there is nothing by then, or if it is too long
     */
    Uni<Answer> post(URI to, Map<String, String> form, Optional<String> authorization, Duration timeout);
}
