package dev.writ.gateway.auditing;

/** Knows who is asking. */
public interface Actors {

    /** Who sent the request at hand. To be asked before anything else is waited for. */
    Actor caller();
}
