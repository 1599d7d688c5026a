package dev.writ.gateway.problem;

/** Whose turn it is to change something. */
public enum Category {
    CALLER,
    POLICY,
    CONNECTOR,
    GATEWAY
}
