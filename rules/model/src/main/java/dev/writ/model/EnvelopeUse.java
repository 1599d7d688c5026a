package dev.writ.model;

/**
 * Which use of an envelope a call would be. An envelope is what people approved beyond one call: calls like it, so many, until a time.
 *
 * @param envelope its id
 * @param number counted from 1
 */
public record EnvelopeUse(String envelope, int number) {}
