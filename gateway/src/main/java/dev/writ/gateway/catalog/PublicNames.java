package dev.writ.gateway.catalog;

import dev.writ.model.Digest;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What things are called where names are letters, digits, {@code _} and {@code -}, 48 at most, as MCP clients and models take them:
 * {@code <prefix>__<own name>}, or the own name alone where the prefix is empty.
 *
 * <p>The names follow from the things alone, so every replica gives the same. One name never stands for two things: where it would, both
 * end in a piece of the digest of what they are called inside, so that the plain name is known to nobody. So do names that would be too
 * long, and those that begin with {@code writ_}, which are kept for the gateway's own tools.
 */
public final class PublicNames {

    public static final int LONGEST = 48;

    private static final String BETWEEN = "__";
    private static final String RESERVED = "writ_";
    private static final int DIGITS = 10;
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-]{0,32}");

    private final Map<ToolName, String> names;
    private final Map<String, ToolName> things;

    private PublicNames(Map<ToolName, String> names) {
        this.names = Collections.unmodifiableMap(new TreeMap<>(names));
        Map<String, ToolName> back = new HashMap<>();
        names.forEach((thing, name) -> back.put(name, thing));
        this.things = Map.copyOf(back);
    }

    /**
     * One thing that gets a name.
     *
     * @param name inside, which is its alone
     * @param prefix of its connector; may be empty
     * @param own what its service calls it
     */
    record Named(ToolName name, String prefix, String own) {

        String plain() {
            String written = prefix.isEmpty() ? own : prefix + BETWEEN + own;
            return FOREIGN.matcher(written).replaceAll("_");
        }

        String marked() {
            String digest =
                    Digest.of(name.value().getBytes(StandardCharsets.UTF_8)).value();
            String mark = "-" + digest.substring(digest.length() - DIGITS);
            String plain = plain();
            return plain.substring(0, Math.min(plain.length(), LONGEST - mark.length())) + mark;
        }
    }

    static PublicNames of(Collection<Named> things) {
        Map<ToolName, String> names = new TreeMap<>();
        Set<ToolName> marked = new HashSet<>();
        things.forEach(thing -> names.put(thing.name(), name(thing, marked)));
        // A name that is marked now may be what another thing is called, which then is marked, too.
        for (Set<ToolName> clash = clashes(names); marked.addAll(clash); clash = clashes(names)) {
            things.forEach(thing -> names.put(thing.name(), name(thing, marked)));
        }
        // Two digests that begin alike: neither can be called, so that none is called for the other.
        names.keySet().removeAll(clashes(names));
        return new PublicNames(names);
    }

    private static String name(Named thing, Set<ToolName> marked) {
        String plain = thing.plain();
        boolean fits = !plain.isEmpty() && plain.length() <= LONGEST && !plain.startsWith(RESERVED);
        return fits && !marked.contains(thing.name()) ? plain : thing.marked();
    }

    private static Set<ToolName> clashes(Map<ToolName, String> names) {
        Map<String, ToolName> first = new HashMap<>();
        Set<ToolName> clashes = new HashSet<>();
        names.forEach((thing, name) -> {
            ToolName other = first.putIfAbsent(name, thing);
            if (other != null) {
                clashes.addAll(List.of(thing, other));
            }
        });
        return clashes;
    }

    /**
     * A prefix that a connector may have.
     *
     * @throws IllegalArgumentException if it cannot stand in such a name
     */
    static String requirePrefix(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("a prefix is letters, digits, '_' and '-', 32 at most; empty for none");
        }
        return prefix;
    }

    /** What that thing is called outside; empty if it is not there. */
    public Optional<String> of(ToolName thing) {
        return Optional.ofNullable(names.get(thing));
    }

    /** What is called that outside; empty if nothing is. */
    public Optional<ToolName> find(String name) {
        return Optional.ofNullable(things.get(name));
    }

    /** Every name, by what it stands for. */
    public Map<ToolName, String> all() {
        return names;
    }

    @Override
    public String toString() {
        return "PublicNames[" + names.size() + "]";
    }
}
