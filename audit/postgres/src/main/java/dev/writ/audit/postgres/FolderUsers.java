package dev.writ.audit.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Who uses a folder, over all processes of this machine.
 *
 * <p>Each process holds a shared lock on one file for as long as it uses the folder, and whoever leaves asks for the exclusive
 * one: it is granted to the last. The kernel drops the locks of a process that is killed, so none is ever left behind. All
 * methods are called with {@link #exclusively} held.
 */
final class FolderUsers {

    private static final Object ONE_AT_A_TIME = new Object();
    // Locks belong to the process, so within one the users are counted.
    private static final Map<Path, FolderUsers> IN_THIS_PROCESS = new HashMap<>();

    private final Path folder;
    private final FileChannel channel;
    private FileLock lock;
    private int count;

    private FolderUsers(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /** What runs while nobody else starts or stops something in the folder. */
    interface Action<T> {
        T run() throws IOException;
    }

    static <T> T exclusively(Path folder, Action<T> action) throws IOException {
        synchronized (ONE_AT_A_TIME) {
            try (FileChannel channel = open(folder.resolve("lock"));
                    FileLock held = channel.lock()) {
                assert held.isValid();
                return action.run();
            }
        }
    }

    static FolderUsers enter(Path folder) throws IOException {
        FolderUsers users = IN_THIS_PROCESS.get(folder);
        if (users == null) {
            FileChannel channel = open(folder.resolve("in-use"));
            users = new FolderUsers(folder, channel, channel.lock(0, Long.MAX_VALUE, true));
            IN_THIS_PROCESS.put(folder, users);
        }
        users.count++;
        return users;
    }

    /** Whether no other process uses the folder. */
    boolean isAlone() throws IOException {
        lock.release();
        boolean isAlone = false;
        try (FileLock exclusive = channel.tryLock()) {
            isAlone = exclusive != null;
        }
        lock = channel.lock(0, Long.MAX_VALUE, true);
        return isAlone;
    }

    /** Stops using it, and tells whether that was the last use anywhere. */
    boolean leave() throws IOException {
        if (--count > 0) {
            return false;
        }
        boolean isLast = isAlone();
        IN_THIS_PROCESS.remove(folder);
        channel.close();
        return isLast;
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
