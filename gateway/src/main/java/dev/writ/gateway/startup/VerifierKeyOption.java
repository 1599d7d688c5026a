package dev.writ.gateway.startup;

import dev.writ.audit.LogVerifierKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --vkey}. */
final class VerifierKeyOption implements ITypeConverter<LogVerifierKey> {

    @Override
    public LogVerifierKey convert(String vkey) {
        try {
            return LogVerifierKey.parse(vkey);
        } catch (IllegalArgumentException notOne) {
            throw new TypeConversionException(
                    notOne.getMessage() + "; 'writ audit key' prints it where the log is written");
        }
    }
}
