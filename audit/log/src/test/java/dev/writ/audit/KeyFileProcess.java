package dev.writ.audit;

import java.nio.file.Path;

/** Reads or makes a key file and prints what it got; run as a process of its own. */
final class KeyFileProcess {

    private KeyFileProcess() {}

    public static void main(String[] args) {
        String own = "secret of " + ProcessHandle.current().pid();
        System.out.println(KeyFile.at(Path.of(args[0])).readOrCreate(() -> own));
    }
}
