package dev.writ.gateway.auditing;

import dev.writ.audit.Recorded;
import java.time.Instant;
import java.util.List;

/** Knows which keys are live. */
public interface LiveKeys {

    /** Whether that key could be used at that time, had these entries been followed already. Unknown keys are not live. */
    boolean isLiveAfter(String keyId, Instant at, List<Recorded> since);
}
