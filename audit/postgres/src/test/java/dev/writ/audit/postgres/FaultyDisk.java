package dev.writ.audit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A disk that loses what was not synced when the power goes, and that can be full or slow: {@code src/test/peers/disk/disk.c},
 * loaded in front of the server's C library.
 */
final class FaultyDisk {

    private static final int BLOCK = 4096;
    private static final int HEADER = 24;
    private static final Path BUILT = Path.of("target", "peers", "disk", "disk.so");

    private final Path folder;

    private FaultyDisk(Path folder) {
        this.folder = folder;
    }

    /** Which of the writes that were not synced reach the disk. */
    enum Loss {
        ALL,
        /** Each block of 4 KiB by chance, so that pages are torn. */
        SOME
    }

    /** Why there can be none here, if so. */
    static synchronized Optional<String> absence() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("power is lost on Linux only");
        }
        try {
            Files.createDirectories(BUILT.toAbsolutePath().getParent());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Tool.Result version = Tool.run(Path.of("."), Duration.ofSeconds(30), List.of("gcc", "--version"));
        if (!version.isSuccess()) {
            return Optional.of("gcc is not installed");
        }
        Tool.Result built = Tool.run(
                Path.of("."),
                Duration.ofMinutes(1),
                List.of("gcc", "-O1", "-shared", "-fPIC", "-o", BUILT.toString(), "src/test/peers/disk/disk.c"));
        if (!built.isSuccess()) {
            throw new IllegalStateException(built.said());
        }
        return Optional.empty();
    }

    /** One whose notes are kept in that folder. */
    static FaultyDisk in(Path folder) {
        try {
            Files.createDirectories(folder);
            return new FaultyDisk(folder.toRealPath());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a server must be started with. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", BUILT.toAbsolutePath().toString(), "FAULTY_DISK", folder.toString());
    }

    void fill() {
        order("full");
    }

    void slowDown() {
        order("slow");
    }

    /** Neither full nor slow any more. */
    void repair() {
        try {
            Files.deleteIfExists(folder.resolve("full"));
            Files.deleteIfExists(folder.resolve("slow"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void order(String what) {
        try {
            Files.createFile(folder.resolve(what));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Takes back what was not synced, from a server of which nothing runs any more.
     *
     * @return how many files are no longer what was last written
     */
    long losePower(Path data, Loss loss, Random random) {
        try {
            Map<String, Path> files = filesByIdentity(data);
            long lost = 0;
            for (Path notes : notes()) {
                String name = String.valueOf(notes.getFileName());
                Path file = files.get(name.substring(0, name.length() - ".notes".length()));
                if (file != null) {
                    lost += takeBack(file, Files.readAllBytes(notes), loss, random);
                }
                Files.delete(notes);
            }
            return lost;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private List<Path> notes() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".notes"))
                    .sorted()
                    .toList();
        }
    }

    /** By inode and time of birth, so that notes of a deleted file do not pass for those of one that got its inode. */
    private static Map<String, Path> filesByIdentity(Path data) {
        Tool.Result found = Tool.run(
                data,
                Duration.ofSeconds(30),
                List.of("find", data.toString(), "-type", "f", "-exec", "stat", "-c", "%i-%.9W %n", "{}", "+"));
        if (!found.isSuccess()) {
            throw new IllegalStateException(found.said());
        }
        Map<String, Path> files = new HashMap<>();
        found.said().lines().forEach(line -> {
            int space = line.indexOf(' ');
            String[] identity = line.substring(0, space).split("[-.]", 3);
            // Zero where the file system keeps no time of birth.
            files.put(
                    identity[0] + "-" + identity[1] + "-" + Long.parseLong(identity[2]),
                    Path.of(line.substring(space + 1)));
        });
        return files;
    }

    private static long takeBack(Path file, byte[] notes, Loss loss, Random random) throws IOException {
        byte[] written = Files.readAllBytes(file);
        List<ByteBuffer> all = parse(notes);
        int most = written.length;
        for (ByteBuffer note : all) {
            most = Math.max(most, (int) Math.max(note.getLong(16), note.getLong(0) + note.getLong(8)));
        }
        byte[] room = Arrays.copyOf(written, most);
        int size = written.length;
        for (int i = all.size() - 1; i >= 0; i--) {
            ByteBuffer note = all.get(i);
            note.get(HEADER, room, (int) note.getLong(0), (int) note.getLong(8));
            size = (int) note.getLong(16);
        }
        byte[] synced = Arrays.copyOf(room, size);
        byte[] left = loss == Loss.ALL ? synced : mix(synced, written, random);
        if (!Arrays.equals(left, written)) {
            Files.write(file, left);
        }
        return Arrays.equals(left, written) ? 0 : 1;
    }

    /** Each block from one or the other; a block that is in neither file's synced part may read as zeroes. */
    private static byte[] mix(byte[] synced, byte[] written, Random random) {
        byte[] left = Arrays.copyOf(synced, random.nextBoolean() ? written.length : synced.length);
        for (int from = 0; from < left.length; from += BLOCK) {
            int to = Math.min(left.length, Math.min(written.length, from + BLOCK));
            if (from < to && random.nextBoolean()) {
                System.arraycopy(written, from, left, from, to - from);
            }
        }
        return left;
    }

    private static List<ByteBuffer> parse(byte[] notes) {
        List<ByteBuffer> all = new ArrayList<>();
        int at = 0;
        while (at + HEADER <= notes.length) {
            ByteBuffer header = ByteBuffer.wrap(notes, at, HEADER).slice().order(ByteOrder.nativeOrder());
            int length = HEADER + (int) header.getLong(8);
            if (at + length > notes.length) {
                break; // killed while it was noted, so that nothing was written
            }
            all.add(ByteBuffer.wrap(notes, at, length).slice().order(ByteOrder.nativeOrder()));
            at += length;
        }
        return all;
    }
}
