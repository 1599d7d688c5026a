package dev.writ.gateway.auditing;

import dev.writ.model.Principal;

/** Who caused a control entry: a principal, or Writ itself. */
public record Actor(String name, String client) {

    /** Writ itself: at start, or by a timer. */
    public static final Actor WRIT = new Actor("writ", "");

    public static Actor of(Principal principal) {
        return new Actor(principal.agent(), principal.client());
    }
}
