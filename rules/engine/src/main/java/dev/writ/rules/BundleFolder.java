package dev.writ.rules;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads a bundle's files from a folder, and no more of it than a bundle may have. */
final class BundleFolder {

    private static final int MAX_DEPTH = 6;

    private final Path root;
    private final Map<String, byte[]> files = new HashMap<>();
    private long total;

    private BundleFolder(Path root) {
        this.root = root;
    }

    static Map<String, byte[]> read(Path folder) throws IOException {
        BundleFolder reader = new BundleFolder(folder);
        reader.folder(folder, 1);
        return reader.files;
    }

    private void folder(Path folder, int depth) throws IOException {
        List<Path> entries;
        try (Stream<Path> listed = Files.list(folder)) {
            entries = listed.sorted().toList();
        }
        for (Path entry : entries) {
            if (entry.getFileName().toString().startsWith(".")) {
                continue;
            }
            // A link could bring in what is outside the folder, and differs between machines.
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && depth < MAX_DEPTH) {
                folder(entry, depth + 1);
            } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                file(entry);
            } else {
                throw refuse(
                        entry, "a bundle holds files in at most " + MAX_DEPTH + " levels of folders, and no links");
            }
        }
    }

    private void file(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            content = in.readNBytes(Limits.FILE_BYTES + 1);
        }
        total += content.length;
        if (content.length > Limits.FILE_BYTES || total > Limits.BUNDLE_BYTES || files.size() == Limits.FILES) {
            throw refuse(
                    file,
                    "a bundle has at most " + Limits.FILES + " files, " + Limits.FILE_BYTES + " bytes in each and "
                            + Limits.BUNDLE_BYTES + " in all");
        }
        files.put(pathOf(file), content);
    }

    private InvalidBundleException refuse(Path file, String message) {
        return InvalidBundleException.of(BundleProblem.ofFile(pathOf(file), message));
    }

    private String pathOf(Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }
}
