"""vault: tokens <-> what is stored of them. Fernet: encrypted and signed, unreadable without a key.

Several keys, separated by commas, let the key be changed: the first one encrypts, all decrypt.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from vitals.setting_values import SettingError

VARIABLE = "VITALS_TOKEN_KEY"


class Vault:
    """Encrypts and decrypts with the keys of VITALS_TOKEN_KEY.

    Raises:
        SettingError: there is no key, or one of them is none.
    """

    def __init__(self, keys: str) -> None:
        if not keys:
            raise SettingError(f"{VARIABLE} is not set: `make up` generates one")
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError:
            expected = "32 bytes as URL-safe base64, 44 characters; several separated by commas"
            raise SettingError(f"{VARIABLE} must be a Fernet key ({expected})") from None

    def encrypt(self, secret: str) -> bytes:
        """What is stored of a secret."""
        return self._fernet.encrypt(secret.encode())

    def decrypt(self, stored: bytes) -> str:
        """The secret behind what is stored.

        Raises:
            SettingError: none of the keys fits.
        """
        try:
            return self._fernet.decrypt(stored).decode()
        except InvalidToken:
            raise SettingError(
                f"{VARIABLE} does not fit the stored tokens: set the key that they were stored "
                "with, or connect the accounts again"
            ) from None

    def encrypt_anew(self, stored: bytes) -> bytes:
        """The same secret under the first key.

        Raises:
            SettingError: none of the keys fits.
        """
        return self.encrypt(self.decrypt(stored))
