package dev.writ.gateway.identity;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Knows which requests come from browsers, and who is signed in there. For them no other credential counts, and nowhere else this one. */
public interface Browsing {

    /** Whether the request is for what people open with a browser. */
    boolean covers(RoutingContext request);

    /** Id of the key that its sender has signed in with; empty if there is no session, or it has ended. */
    Optional<String> keyId(RoutingContext request);
}
