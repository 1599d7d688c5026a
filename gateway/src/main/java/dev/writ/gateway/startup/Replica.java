package dev.writ.gateway.startup;

/** This process among its like. */
record Replica(String name) {}
