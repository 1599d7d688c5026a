package dev.writ.gateway.export;

import java.util.Optional;

/** Writes entries one by one. */
interface EventFormat {

    /** Of its files, without the dot. */
    String extension();

    /** What each file begins with. */
    String header();

    /** The entry with its line's end; none if this format has no place for its kind. */
    Optional<String> line(Event event);
}
