package dev.writ.rules;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Which files a bundle may hold. */
final class BundleFiles {

    static final String MANIFEST = "bundle.yaml";
    static final String CASES = "cases/";
    static final String RULES_SUFFIX = ".drl";
    static final String CSV_SUFFIX = ".csv";
    static final String WORKBOOK_SUFFIX = ".xlsx";
    static final String CASES_SUFFIX = ".yaml";

    private static final String STEP = "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}";
    private static final Pattern PATH = Pattern.compile("(" + STEP + "/){0,5}" + STEP + "(?<=\\.(drl|csv|xlsx|md))"
            + "|cases/(" + STEP + "/){0,4}" + STEP + "(?<=\\.yaml)|" + Pattern.quote(MANIFEST));

    /** What some systems take for a device, wherever it stands and whatever its suffix. */
    private static final Pattern DEVICE =
            Pattern.compile("(.*/)?(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.[^/]*)?(/.*)?", Pattern.CASE_INSENSITIVE);

    private BundleFiles() {}

    static boolean isAllowed(String path) {
        return PATH.matcher(path).matches();
    }

    /** It is no text. */
    static boolean isBinary(String path) {
        return path.endsWith(WORKBOOK_SUFFIX);
    }

    /**
     * The bytes of {@code bundle.yaml}, once everything about the files is checked but what they say.
     *
     * @throws InvalidBundleException naming all that is wrong
     */
    static byte[] manifestOf(SortedMap<String, byte[]> files) {
        List<BundleProblem> problems = new ArrayList<>();
        long total = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            total += file.getValue().length;
            problemWith(file.getKey(), file.getValue()).stream()
                    .map(message -> BundleProblem.ofFile(file.getKey(), message))
                    .forEach(problems::add);
        }
        collisions(files.keySet()).forEach(problems::add);
        byte[] manifest = files.get(MANIFEST);
        if (manifest == null) {
            problems.add(BundleProblem.ofFile(MANIFEST, "is missing; a bundle says its name, version and scope there"));
        }
        if (files.size() > Limits.FILES) {
            problems.add(BundleProblem.ofFile(MANIFEST, "a bundle has at most " + Limits.FILES + " files"));
        }
        if (total > Limits.BUNDLE_BYTES) {
            problems.add(BundleProblem.ofFile(MANIFEST, "a bundle has at most " + Limits.BUNDLE_BYTES + " bytes"));
        }
        if (manifest == null || !problems.isEmpty()) {
            throw new InvalidBundleException(problems.subList(0, Math.min(problems.size(), Limits.REPORTED_PROBLEMS)));
        }
        return manifest;
    }

    /** Paths that are one file where case does not count: a copy of the bundle would be another one. */
    private static List<BundleProblem> collisions(Set<String> paths) {
        Map<String, String> first = new HashMap<>();
        List<BundleProblem> collisions = new ArrayList<>();
        for (String path : paths) {
            String other = first.putIfAbsent(path.toLowerCase(Locale.ROOT), path);
            if (other != null && isAllowed(path)) {
                collisions.add(BundleProblem.ofFile(path, "differs from " + other + " only in case"));
            }
        }
        return collisions;
    }

    private static List<String> problemWith(String path, byte[] content) {
        if (!isAllowed(path)) {
            return List.of("a bundle holds " + MANIFEST
                    + ", rules in *.drl, tables in *.csv and *.xlsx, cases in cases/*.yaml and notes in *.md;"
                    + " paths are of letters, digits, '.', '_', '-' and '/'");
        }
        if (DEVICE.matcher(path).matches()) {
            return List.of("is the name of a device on some systems");
        }
        if (content.length > Limits.FILE_BYTES) {
            return List.of("a file has at most " + Limits.FILE_BYTES + " bytes");
        }
        if (isBinary(path)) {
            return List.of();
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return List.of();
        } catch (CharacterCodingException notUtf8) {
            return List.of("is not UTF-8");
        }
    }
}
