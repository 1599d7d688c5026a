package dev.writ.audit;

import dev.writ.model.JsonValue;

/**
 * A confidential value that belongs to an entry: the leaf holds a salted commitment to it, the value itself is kept encrypted
 * under its subject's key and can be erased without breaking a proof.
 *
 * @param name unique within the entry, for example {@code facts}
 * @param followed whether {@link LogTail}s of other processes carry it too: true for what later decisions need
 */
public record Input(String name, JsonValue value, boolean followed) {

    @Override
    public String toString() {
        return "Input[" + name + "]";
    }
}
