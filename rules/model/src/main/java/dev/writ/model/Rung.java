package dev.writ.model;

import java.time.Duration;

/**
 * Who else is asked once nobody has answered for a while.
 *
 * @param group whose members may answer too
 * @param after how long after the call was submitted they may
 */
public record Rung(String group, Duration after) {

    public Rung {
        if (!Requirement.isGroup(group) || after.isZero() || after.isNegative()) {
            throw new IllegalArgumentException("whoever is asked next is a group, after a positive time");
        }
    }
}
