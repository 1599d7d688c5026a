package dev.writ.rules;

import dev.writ.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A version of a security team's policy: immutable, and identified by its {@link #digest()}.
 *
 * <p>It holds {@code bundle.yaml}, rules in {@code *.drl}, decision tables in {@code *.csv} and {@code *.xlsx}, cases in {@code cases/*.yaml} and
 * notes in {@code *.md}, and nothing else: every file in it is under the digest and has a meaning.
 *
 * <p>A bundle can be read and still make no sense: {@link PolicyCompiler} tells.
 */
public final class PolicyBundle {

    /** Prevents that the bytes of a bundle are taken for something else that is hashed. */
    private static final byte[] DOMAIN = "writ bundle v1\n".getBytes(StandardCharsets.US_ASCII);

    private final SortedMap<String, byte[]> files;
    private final BundleManifest manifest;
    private final Digest digest;

    private PolicyBundle(SortedMap<String, byte[]> files, BundleManifest manifest) {
        this.files = files;
        this.manifest = manifest;
        this.digest = digest(files);
    }

    /**
     * Reads a folder. Names that start with a dot are left out, so that the folder can be a git working copy.
     *
     * @throws InvalidBundleException if there is a file that no bundle holds, a symbolic link, too much of anything, or
     *     {@code bundle.yaml} is wrong
     * @throws IOException if the folder cannot be read
     */
    public static PolicyBundle read(Path folder) throws IOException {
        return of(BundleFolder.read(folder));
    }

    /**
     * A bundle of those files.
     *
     * @param files by their path inside the bundle, with {@code /} between folders
     * @throws InvalidBundleException as {@link #read}
     */
    public static PolicyBundle of(Map<String, byte[]> files) {
        SortedMap<String, byte[]> copies = new TreeMap<>();
        files.forEach((path, content) -> copies.put(path, content.clone()));
        return new PolicyBundle(copies, BundleManifest.parse(BundleFiles.manifestOf(copies)));
    }

    /**
     * A bundle of files as JSON carries them.
     *
     * @param texts by path; of {@code *.xlsx} the bytes in base64 (RFC 4648, section 4)
     * @throws InvalidBundleException as {@link #read}
     */
    public static PolicyBundle ofTexts(Map<String, String> texts) {
        Map<String, byte[]> files = new TreeMap<>();
        texts.forEach((path, text) -> files.put(
                path, BundleFiles.isBinary(path) ? decoded(path, text) : text.getBytes(StandardCharsets.UTF_8)));
        return of(files);
    }

    private static byte[] decoded(String path, String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            if (Base64.getEncoder().encodeToString(bytes).equals(base64)) {
                return bytes;
            }
        } catch (IllegalArgumentException malformed) {
            // the same problem as of another spelling
        }
        throw InvalidBundleException.of(BundleProblem.ofFile(path, "is not in base64, as workbooks are carried"));
    }

    /** Its files as {@link #ofTexts} reads them. */
    public SortedMap<String, String> texts() {
        SortedMap<String, String> texts = new TreeMap<>();
        files.forEach((path, content) -> texts.put(
                path,
                BundleFiles.isBinary(path)
                        ? Base64.getEncoder().encodeToString(content)
                        : new String(content, StandardCharsets.UTF_8)));
        return Collections.unmodifiableSortedMap(texts);
    }

    /** The workbooks' bytes by path; not to be changed. */
    SortedMap<String, byte[]> workbooks() {
        SortedMap<String, byte[]> workbooks = new TreeMap<>(files);
        workbooks.keySet().removeIf(path -> !BundleFiles.isBinary(path));
        return workbooks;
    }

    /** The same in every version of it. */
    public String name() {
        return manifest.name();
    }

    public String version() {
        return manifest.version();
    }

    public String description() {
        return manifest.description();
    }

    /** Who answers for it. */
    public List<String> owners() {
        return manifest.owners();
    }

    /** The groups that its escalations may go to. */
    public List<String> groups() {
        return manifest.groups();
    }

    public ToolScope scope() {
        return manifest.scope();
    }

    /** Whether it only fills the silence of others: its rules count for a call of which no rule of another bundle says anything. */
    public boolean isObserving() {
        return manifest.observe();
    }

    /** What of its rules whoever made a denied call may be told. */
    public Hints hints() {
        return manifest.hints();
    }

    /** The paths of its files, sorted. */
    public List<String> files() {
        return List.copyOf(files.keySet());
    }

    /**
     * A file's bytes.
     *
     * @throws IllegalArgumentException if there is no such file
     */
    public byte[] file(String path) {
        byte[] content = files.get(path);
        if (content == null) {
            throw new IllegalArgumentException("the bundle has no file " + path);
        }
        return content.clone();
    }

    /**
     * SHA-256 over {@code "writ bundle v1\n"} and then, for each file in the order of its path, the length of the path (4
     * bytes, big-endian), the path, the length of the content (4 bytes, big-endian) and the content. Paths are ASCII.
     */
    public Digest digest() {
        return digest;
    }

    /** The files whose path ends so, as text, by path. */
    SortedMap<String, String> texts(String prefix, String suffix) {
        SortedMap<String, String> texts = new TreeMap<>();
        files.forEach((path, content) -> {
            if (path.startsWith(prefix) && path.endsWith(suffix)) {
                texts.put(path, new String(content, StandardCharsets.UTF_8));
            }
        });
        return Collections.unmodifiableSortedMap(texts);
    }

    private static Digest digest(SortedMap<String, byte[]> files) {
        int size = DOMAIN.length;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            size += 2 * Integer.BYTES + file.getKey().length() + file.getValue().length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).put(DOMAIN);
        files.forEach((path, content) -> bytes.putInt(path.length())
                .put(path.getBytes(StandardCharsets.US_ASCII))
                .putInt(content.length)
                .put(content));
        return Digest.of(bytes.array());
    }

    @Override
    public String toString() {
        return "PolicyBundle[" + name() + " " + version() + ", " + digest + "]";
    }
}
