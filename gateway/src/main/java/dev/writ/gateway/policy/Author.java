package dev.writ.gateway.policy;

import java.util.Optional;

/**
 * Who wrote a version of a bundle, which is who published it.
 *
 * @param name of the principal
 * @param person pseudonym of the person whom their key named, if it named one
 */
public record Author(String name, Optional<String> person) {}
