package dev.writ.gateway.token;

import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;

/** Gets a document. */
interface Fetch {

    /** Its bytes; fails if there is none by then, or if it is too long. */
    Uni<byte[]> get(URI from, Duration timeout);
}
