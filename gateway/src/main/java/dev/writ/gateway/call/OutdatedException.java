package dev.writ.gateway.call;

import dev.writ.model.Scope;
import java.util.Set;

/** The policy that decides by now looks back at histories that were not gathered. */
final class OutdatedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Set<Scope> scopes;

    OutdatedException(Set<Scope> scopes) {
        super("the active policy looks back at other histories", null, false, false);
        this.scopes = scopes;
    }

    /** Those to gather. */
    Set<Scope> scopes() {
        return scopes;
    }
}
