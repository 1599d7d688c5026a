package dev.writ.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the text form of a {@link WitnessPolicy}, strictly. Holds the state of one reading. */
final class WitnessPolicyParser {

    // The specification asks for at least 32 of each.
    private static final int MAX_EACH = 256;
    private static final int MAX_BYTES = 1 << 18;
    /** Its key id is of something else. */
    private static final byte ECDSA = 0x02;

    private static final String NONE = "none";
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,3}");
    private static final Pattern SPACES = Pattern.compile("[ \t]+");
    private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{8}");

    private final List<WitnessPolicy.Log> logs = new ArrayList<>();
    private final List<WitnessPolicy.Witness> witnesses = new ArrayList<>();
    private final Map<String, WitnessPolicy.Quorum> defined = new HashMap<>();
    private final Set<String> members = new HashSet<>();
    private final Set<String> logKeys = new HashSet<>();
    private final Set<String> witnessKeys = new HashSet<>();
    private Optional<WitnessPolicy.Quorum> quorum = Optional.empty();
    private int groups;
    private int line;

    WitnessPolicy parse(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new PolicyException("is longer than " + MAX_BYTES + " bytes");
        }
        // Octet by octet: names are compared as they are written, whatever they are in.
        String text = new String(file, StandardCharsets.ISO_8859_1);
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            line = i + 1;
            read(lines[i]);
        }
        line = lines.length;
        if (!lines[lines.length - 1].isEmpty()) {
            throw wrong("it does not end with a newline");
        }
        return new WitnessPolicy(
                logs,
                witnesses,
                quorum.orElseThrow(() -> new PolicyException("has no quorum line; 'quorum none' asks for nobody")));
    }

    private void read(String text) {
        if (text.chars().anyMatch(octet -> (octet < ' ' && octet != '\t') || octet == 0x7f)) {
            throw wrong("it holds a control character");
        }
        List<String> items = Arrays.stream(SPACES.split(text, -1))
                .filter(item -> !item.isEmpty())
                .toList();
        if (items.isEmpty() || items.get(0).startsWith("#")) {
            return;
        }
        switch (items.get(0)) {
            case "log" -> log(items);
            case "witness" -> witness(items);
            case "group" -> group(items);
            case "quorum" -> quorum(items);
            default -> throw wrong("it begins with none of log, witness, group, quorum and #");
        }
    }

    private void log(List<String> items) {
        requireItems(items, 2, 3, "log <vkey> [<url>]");
        requireFewer(logs.size(), "logs");
        Vkey vkey = vkey(items.get(1));
        if (!logKeys.add(vkey.material())) {
            throw wrong("another line has the same public key");
        }
        Optional<LogVerifierKey> key = vkey.type() == LogVerifierKey.ED25519
                ? Optional.of(LogVerifierKey.parse(vkey.text()))
                : Optional.empty();
        logs.add(new WitnessPolicy.Log(vkey.text(), key, url(items, 2)));
    }

    private void witness(List<String> items) {
        requireItems(items, 3, 4, "witness <name> <vkey> [<url>]");
        requireFewer(witnesses.size(), "witnesses");
        Vkey vkey = vkey(items.get(2));
        if (vkey.type() == LogVerifierKey.ED25519) {
            throw wrong("that is the key of a log, not of a witness");
        }
        if (!witnessKeys.add(vkey.material())) {
            throw wrong("another line has the same public key");
        }
        Optional<CosignerKey> key = vkey.type() == CosignerKey.COSIGNATURE_V1
                ? Optional.of(CosignerKey.parse(vkey.text()))
                : Optional.empty();
        WitnessPolicy.Witness witness = new WitnessPolicy.Witness(shown(items.get(1)), vkey.text(), key, url(items, 3));
        define(items.get(1), new WitnessPolicy.One(witness));
        witnesses.add(witness);
    }

    private void group(List<String> items) {
        if (items.size() < 4) {
            throw wrong("it is to be: group <name> all|any|<k> <name>...");
        }
        requireFewer(groups++, "groups");
        List<String> names = items.subList(3, items.size());
        List<WitnessPolicy.Quorum> found = new ArrayList<>();
        for (String name : names) {
            found.add(defined(name));
            if (!members.add(name)) {
                throw wrong("a name in it is a member of a group already");
            }
        }
        define(items.get(1), new WitnessPolicy.Group(threshold(items.get(2), names.size()), found));
    }

    private int threshold(String text, int count) {
        int threshold = switch (text) {
            case "all" -> count;
            case "any" -> 1;
            default -> COUNT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        };
        if (threshold < 1 || threshold > count) {
            throw wrong("it asks for neither all, nor any, nor 1 to " + count + " of its members");
        }
        return threshold;
    }

    private void quorum(List<String> items) {
        requireItems(items, 2, 2, "quorum <name>");
        if (quorum.isPresent()) {
            throw wrong("there is a quorum line already");
        }
        quorum = Optional.of(items.get(1).equals(NONE) ? new WitnessPolicy.None() : defined(items.get(1)));
    }

    private void define(String name, WitnessPolicy.Quorum meaning) {
        if (name.equals(NONE) || defined.putIfAbsent(name, meaning) != null) {
            throw wrong("its name is 'none' or defined already");
        }
    }

    private WitnessPolicy.Quorum defined(String name) {
        return Optional.ofNullable(defined.get(name))
                .orElseThrow(() -> wrong("a name in it is not defined on a line before"));
    }

    private Optional<String> url(List<String> items, int at) {
        return items.size() > at ? Optional.of(shown(items.get(at))) : Optional.empty();
    }

    private static String shown(String octets) {
        byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        String text = new String(bytes, StandardCharsets.UTF_8);
        // What is no UTF-8 stays apart from other such names.
        return Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes) ? text : octets;
    }

    /** @param material the public key, by which duplicates are told */
    private record Vkey(String text, byte type, String material) {}

    private Vkey vkey(String octets) {
        String text = shown(octets);
        String[] parts = text.split("\\+", 3);
        if (parts.length != 3
                || !KeyName.isValid(parts[0])
                || !KEY_ID.matcher(parts[1]).matches()) {
            throw wrong("its key is not 'name+id+base64'");
        }
        byte[] typed = decoded(parts[2]);
        if (typed.length < 2) {
            throw wrong("its key is too short");
        }
        byte type = typed[0];
        if (type == LogVerifierKey.ED25519 || type == CosignerKey.COSIGNATURE_V1) {
            requireWhole(text, type);
        } else if (type > 0 && !hasId(parts[0], typed, parts[1]) && type != ECDSA) {
            throw wrong("its key's id does not belong to its name and key");
        }
        return new Vkey(text, type, HexFormat.of().formatHex(typed, 1, typed.length));
    }

    private static boolean hasId(String name, byte[] typed, String id) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update((name + '\n').getBytes(StandardCharsets.UTF_8));
        return HexFormat.of()
                .toHexDigits(ByteBuffer.wrap(sha256.digest(typed)).getInt())
                .equals(id);
    }

    private void requireWhole(String vkey, byte type) {
        try {
            VerifierKey.parse(vkey, type);
        } catch (IllegalArgumentException malformed) {
            throw wrong("its key is none: " + malformed.getMessage());
        }
    }

    private byte[] decoded(String base64) {
        try {
            return StrictBase64.decode(base64, "its key");
        } catch (VerificationException notBase64) {
            throw wrong("its key is not base64");
        }
    }

    private void requireItems(List<String> items, int least, int most, String form) {
        if (items.size() < least || items.size() > most) {
            throw wrong("it is to be: " + form);
        }
    }

    private void requireFewer(int count, String what) {
        if (count >= MAX_EACH) {
            throw wrong("there are more than " + MAX_EACH + " " + what);
        }
    }

    private PolicyException wrong(String what) {
        return new PolicyException(line, what);
    }
}
